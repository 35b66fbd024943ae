import type { Action, LogAction, RuleOutcome } from './rule.ts';

/** Where actions go. Neither throws for want of a connection. */
export interface ActionSink {
  /** Sends now or not at all: an action that comes late, after a reconnect, is a replay. */
  publish(topic: string, payload: string, options: { readonly retain: boolean; readonly qos: 0 | 1 | 2 }): void;
  log(level: LogAction['level'], message: string, fields: { readonly rule: string }): void;
}

/** Does what an outcome asks for, in order. One action that throws is logged and does not keep the others from running. */
export function runActions({ rule, actions }: Pick<RuleOutcome, 'rule' | 'actions'>, sink: ActionSink): void {
  for (const [i, action] of actions.entries()) {
    try {
      runAction(action, rule.id, sink);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      sink.log('error', `action ${i + 1} (${action.action}) of rule ${rule.id} failed: ${reason}`, { rule: rule.id });
    }
  }
}

function runAction(action: Action, rule: string, sink: ActionSink): void {
  switch (action.action) {
    case 'mqtt.publish': {
      const { topic, payload, retain, qos } = action;
      sink.publish(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { retain, qos });
      return;
    }
    case 'log':
      sink.log(action.level, action.message, { rule });
  }
}
