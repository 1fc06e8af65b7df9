import type { Rule } from '../finding.ts';
import { documentReadable } from './document-readable.ts';
import { mountIntoOwnHome } from './mount-into-own-home.ts';
import { npmLockInStep } from './npm-lock-in-step.ts';
import { pnpmLockInStep } from './pnpm-lock-in-step.ts';
import { poetryLockInStep } from './poetry-lock-in-step.ts';
import { uvLockInStep } from './uv-lock-in-step.ts';
import { yarnLockInStep } from './yarn-lock-in-step.ts';

/** Every rule, by family. */
export const rules: readonly Rule[] = [
  documentReadable,
  npmLockInStep,
  pnpmLockInStep,
  yarnLockInStep,
  uvLockInStep,
  poetryLockInStep,
  mountIntoOwnHome,
];

const byId = new Map(rules.map((rule) => [rule.id, rule]));

export function ruleOf(id: string): Rule | undefined {
  return byId.get(id);
}
