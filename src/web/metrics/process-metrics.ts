import type { Registry } from 'prom-client';
import { addCounter, addGauge } from './read-metric.ts';

/**
 * What every process tells Prometheus, by the usual names. The library's own set would also watch the event loop with a
 * timer that wakes the processor a hundred times a second.
 */
export function addProcessMetrics(registry: Registry): void {
  addCounter(registry, {
    name: 'process_cpu_seconds_total',
    help: 'CPU time of all threads, in user and system mode.',
    labels: [],
    read: (tell) => {
      const { user, system } = process.cpuUsage();
      tell({}, (user + system) / 1e6);
    },
  });
  addGauge(registry, {
    name: 'process_resident_memory_bytes',
    help: 'Memory that is in use.',
    labels: [],
    read: (tell) => {
      tell({}, process.memoryUsage.rss());
    },
  });
  addGauge(registry, {
    name: 'process_start_time_seconds',
    help: 'When the process began, since the Unix epoch.',
    labels: [],
    read: (tell) => {
      tell({}, performance.timeOrigin / 1000);
    },
  });
  addGauge(registry, {
    name: 'nodejs_heap_size_used_bytes',
    help: 'What the JavaScript heap holds.',
    labels: [],
    read: (tell) => {
      tell({}, process.memoryUsage().heapUsed);
    },
  });
}
