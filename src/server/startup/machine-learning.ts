import type { Logger } from 'pino';
import {
  MachineLearning,
  type MachineLearningReport,
  nothingThere,
} from '../../ml/machine-learning.ts';
import type { Config } from '../config.ts';
import type { StartupParts } from './startup-steps.ts';
import type { StartupStep } from './steps.ts';

/**
 * The last step, which nobody waits for: runtime and models are installed while the server serves.
 * Whether that succeeds changes nothing of /ready.
 */
export const machineLearningStep: StartupStep<StartupParts> = {
  name: 'machine learning',
  deadlineSeconds: 10,
  run: async (parts) => {
    const { config, log, env, clock } = parts;
    if (!config.machineLearning) return 'switched off';
    const machineLearning = new MachineLearning({
      cacheDir: config.cacheDir,
      models: config.models,
      hub: { url: config.hubUrl, token: config.hubToken },
      env,
      now: () => clock.now(),
      random: Math.random,
      onChange: (report) => say(log, report),
    });
    parts.machineLearning = machineLearning;
    parts.stops.push(() => machineLearning.stop());
    machineLearning.start();
    return 'goes on in the background';
  },
};

function say(log: Logger, report: MachineLearningReport): void {
  const { state, reason, code, phase, failures, nextTryAt } = report;
  if (state === 'failed')
    log.warn({ code, reason, failures, nextTryAt }, 'machine learning could not be installed');
  else log.info({ state, reason, phase }, 'machine learning');
}

/** What /status says of it, before the step has run and where it is switched off. */
export function reportMachineLearning({ config, machineLearning }: StartupParts) {
  const { models, ...report } = machineLearning?.report() ?? notYet(config);
  return { ...report, models: models.map((model) => ({ ...model })) };
}

function notYet(config: Config): MachineLearningReport {
  return config.machineLearning
    ? nothingThere('absent', 'comes after the server serves')
    : nothingThere('off', 'switched off by PARSTOCK_ML=0');
}
