import { Counter, Registry } from 'prom-client';
import type { Subscription } from 'rxjs';
import type { PublisherCounters } from '../../publish/publisher.ts';
import type { HomeView } from '../watch-home.ts';
import { addCameraMetrics, type MeteredCamera } from './camera-metrics.ts';
import { addMoodMetrics } from './mood-metrics.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { addCounter, addGauge } from './read-metric.ts';

export interface MetricSources {
  readonly version: string;
  readonly home: Pick<HomeView, 'state' | 'events$'>;
  readonly cameras: readonly MeteredCamera[];
  readonly broker: () => PublisherCounters;
  readonly now: () => number;
}

/** What Prometheus asks for, in its text format: base units, counters end in `_total`. */
export interface HomeMetrics {
  readonly contentType: string;
  text(): Promise<string>;
  stop(): void;
}

export function createHomeMetrics({ version, home, cameras, broker, now }: MetricSources): HomeMetrics {
  const registry = new Registry();
  addGauge(registry, {
    name: 'moodstat_build_info',
    help: 'The version that runs.',
    labels: ['version', 'node'],
    read: (tell) => {
      tell({ version, node: process.version }, 1);
    },
  });
  const listening = addCameraMetrics(registry, cameras, now);
  addMoodMetrics(registry, home.state);
  listening.add(addRuleMetrics(registry, home));
  addBrokerMetrics(registry, home, broker);
  addGauge(registry, {
    name: 'moodstat_live_view_watchers',
    help: 'Live views that are open.',
    labels: [],
    read: (tell) => {
      tell({}, home.state().privacy.watchers);
    },
  });
  addProcessMetrics(registry);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    stop: () => {
      listening.unsubscribe();
    },
  };
}

function addRuleMetrics(registry: Registry, { state, events$ }: MetricSources['home']): Subscription {
  addGauge(registry, {
    name: 'moodstat_rules_loaded',
    help: 'Rules in force.',
    labels: [],
    read: (tell) => {
      tell({}, state().rules.loaded);
    },
  });
  addGauge(registry, {
    name: 'moodstat_rule_faults',
    help: 'What is wrong with the rules that were read last.',
    labels: [],
    read: (tell) => {
      tell({}, state().rules.faults.length);
    },
  });
  const firings = new Counter({
    name: 'moodstat_rule_firings_total',
    help: 'How often a rule fired, or would have but for dry_run.',
    labelNames: ['rule', 'outcome'],
    registers: [registry],
  });
  return events$.subscribe(({ event, data }) => {
    if (event === 'rule') firings.inc({ rule: data.id, outcome: data.outcome });
  });
}

function addBrokerMetrics(registry: Registry, { state }: MetricSources['home'], broker: MetricSources['broker']): void {
  addGauge(registry, {
    name: 'moodstat_broker_connected',
    help: 'Whether the MQTT broker is connected.',
    labels: [],
    read: (tell) => {
      tell({}, Number(state().broker.connected));
    },
  });
  addCounter(registry, {
    name: 'moodstat_broker_reconnects_total',
    help: 'Connections to the broker after the first one.',
    labels: [],
    read: (tell) => {
      tell({}, broker().reconnects);
    },
  });
  addCounter(registry, {
    name: 'moodstat_mqtt_messages_sent_total',
    help: 'Messages handed to the broker.',
    labels: [],
    read: (tell) => {
      tell({}, broker().sent);
    },
  });
  addCounter(registry, {
    name: 'moodstat_mqtt_messages_dropped_total',
    help: 'Events that came while there was no way to the broker.',
    labels: [],
    read: (tell) => {
      tell({}, broker().dropped);
    },
  });
}
