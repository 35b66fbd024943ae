import type { Action, Condition, HttpAction, LogAction, PublishAction, Trigger } from './rule.ts';

/** One step of a rule's actions, laid out in a row, so that where a run stands is one number that survives a restart. */
export type Instruction =
  | { readonly op: 'publish'; readonly action: PublishAction }
  | { readonly op: 'http'; readonly action: HttpAction }
  | { readonly op: 'log'; readonly action: LogAction }
  | { readonly op: 'delay'; readonly forMs: number }
  | {
      readonly op: 'wait';
      readonly triggers: readonly Trigger[];
      readonly timeoutMs: number;
      readonly continueOnTimeout: boolean;
    }
  /** Goes on at `otherwise` unless all conditions hold. */
  | { readonly op: 'unless'; readonly conditions: readonly Condition[]; readonly otherwise: number }
  | { readonly op: 'jump'; readonly to: number };

export type Program = readonly Instruction[];

/** Lays out actions; scenes in their place, each option of a choice behind its conditions. */
export function compileActions(actions: readonly Action[]): Program {
  return layOut(actions, 0);
}

function layOut(actions: readonly Action[], start: number): Instruction[] {
  const laid: Instruction[] = [];
  for (const action of actions) laid.push(...layOutOne(action, start + laid.length));
  return laid;
}

function layOutOne(action: Action, start: number): Instruction[] {
  switch (action.action) {
    case 'mqtt.publish':
      return [{ op: 'publish', action }];
    case 'http.request':
      return [{ op: 'http', action }];
    case 'log':
      return [{ op: 'log', action }];
    case 'delay':
      return [{ op: 'delay', forMs: action.forMs }];
    case 'wait_for':
      return [{ op: 'wait', ...action }];
    case 'scene':
      return layOut(action.actions, start);
    case 'choose': {
      // Each option: unless its conditions hold, on to the next; its actions; a jump to the end, known only afterwards.
      const sizes = action.options.map((option) => layOut(option.actions, 0).length + 2);
      const otherwise = start + sizes.reduce((sum, size) => sum + size, 0);
      const rest = layOut(action.otherwise, otherwise);
      const end = otherwise + rest.length;
      let at = start;
      const options = action.options.flatMap(({ conditions, actions }, i): Instruction[] => {
        const next = at + sizes[i]!;
        const laid = layOut(actions, at + 1);
        at = next;
        return [{ op: 'unless', conditions, otherwise: next }, ...laid, { op: 'jump', to: end }];
      });
      return [...options, ...rest];
    }
  }
}
