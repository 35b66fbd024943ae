import { expect, test } from 'vitest';
import type { BrokerErrorCode } from '../../src/publish/broker-error.ts';
import { afterAccepted, afterFailure, firstProtocol } from '../../src/publish/protocol-choice.ts';

/** Plays a history: `+` the broker accepts, a code the attempt fails, a code with `+` before it is a lost connection. */
function play(setting: 'auto' | 4 | 5, history: readonly string[]): string {
  let choice = firstProtocol(setting);
  const tried: string[] = [];
  for (const step of history) {
    tried.push(String(choice.protocol));
    if (step === '+') {
      choice = afterAccepted(choice);
      continue;
    }
    const accepted = step.startsWith('+');
    if (accepted) choice = afterAccepted(choice);
    const next = afterFailure(choice, { code: step.replace('+', '') as BrokerErrorCode, accepted });
    if (next.atOnce) tried.push('!');
    choice = next.choice;
  }
  return [...tried, String(choice.protocol)].join('');
}

test.each([
  ['auto', [], '5'],
  ['auto', ['refused', 'dns', 'auth'], '5555'],
  ['auto', ['protocol'], '5!4'],
  ['auto', ['protocol', '+closed', 'refused'], '5!444'],
  ['auto', ['closed'], '5!4'],
  // It hangs up on both: that was not about the version.
  ['auto', ['closed', 'closed', 'closed'], '5!45!4'],
  // 3.1.1 was a guess, so a new connection asks again.
  ['auto', ['closed', '+closed'], '5!45'],
  // Once it spoke MQTT 5, a broker that hangs up is only restarting.
  ['auto', ['+closed', 'closed', 'refused', 'closed'], '55555'],
  ['auto', ['refused', '+closed', 'closed'], '5555'],
  [5, ['protocol', 'closed'], '555'],
  [4, ['protocol', 'closed'], '444'],
] as const)('%s %j', (setting, history, expected) => {
  expect(play(setting, history)).toBe(expected);
});
