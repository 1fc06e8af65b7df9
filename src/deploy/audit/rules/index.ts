import type { Rule } from '../finding.ts';
import { actionPinned } from './action-pinned.ts';
import { baseImagePinned } from './base-image-pinned.ts';
import { cleanOnlyOwn } from './clean-only-own.ts';
import { deployDoesSomething } from './deploy-does-something.ts';
import { deployFixedVersion } from './deploy-fixed-version.ts';
import { deployNamesWhatIsThere } from './deploy-names-what-is-there.ts';
import { deployNeedsApproval } from './deploy-needs-approval.ts';
import { deployOneAtATime } from './deploy-one-at-a-time.ts';
import { deploySmokeTested } from './deploy-smoke-tested.ts';
import { documentReadable } from './document-readable.ts';
import { firstRunByRecord } from './first-run-by-record.ts';
import { healthStartPeriod } from './health-start-period.ts';
import { imageHealthChecked } from './image-health-checked.ts';
import { imageNoEnvFile } from './image-no-env-file.ts';
import { imageNoSecrets } from './image-no-secrets.ts';
import { imageNotRoot } from './image-not-root.ts';
import { mountIntoOwnHome } from './mount-into-own-home.ts';
import { mountWritable } from './mount-writable.ts';
import { noHeavyWorkAtStart } from './no-heavy-work-at-start.ts';
import { noInstallWithoutRights } from './no-install-without-rights.ts';
import { noSecretsInArgv } from './no-secrets-in-argv.ts';
import { npmLockInStep } from './npm-lock-in-step.ts';
import { pnpmLockInStep } from './pnpm-lock-in-step.ts';
import { poetryLockInStep } from './poetry-lock-in-step.ts';
import { setErrexit } from './set-errexit.ts';
import { setupAllOrNothing } from './setup-all-or-nothing.ts';
import { suppressionHasReason } from './suppression-has-reason.ts';
import { uvLockInStep } from './uv-lock-in-step.ts';
import { workflowLeastPermissions } from './workflow-least-permissions.ts';
import { workflowNoInjection } from './workflow-no-injection.ts';
import { yarnLockInStep } from './yarn-lock-in-step.ts';

/** Every rule, by family. */
export const rules: readonly Rule[] = [
  documentReadable,
  suppressionHasReason,
  npmLockInStep,
  pnpmLockInStep,
  yarnLockInStep,
  uvLockInStep,
  poetryLockInStep,
  mountIntoOwnHome,
  mountWritable,
  noInstallWithoutRights,
  noHeavyWorkAtStart,
  healthStartPeriod,
  firstRunByRecord,
  setErrexit,
  setupAllOrNothing,
  deployDoesSomething,
  deployNeedsApproval,
  deployFixedVersion,
  deployOneAtATime,
  deployNamesWhatIsThere,
  cleanOnlyOwn,
  deploySmokeTested,
  baseImagePinned,
  imageNotRoot,
  imageNoSecrets,
  imageHealthChecked,
  imageNoEnvFile,
  actionPinned,
  workflowLeastPermissions,
  workflowNoInjection,
  noSecretsInArgv,
];

const byId = new Map(rules.map((rule) => [rule.id, rule]));

export function ruleOf(id: string): Rule | undefined {
  return byId.get(id);
}
