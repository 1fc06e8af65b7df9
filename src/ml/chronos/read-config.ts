import { readFileSync } from 'node:fs';
import { Refusal } from '../../contract/errors.ts';

/** What both architectures share: sizes of the transformer, and how a series becomes patches. */
interface SharedConfig {
  readonly dModel: number;
  readonly dHead: number;
  readonly dFeedForward: number;
  readonly layers: number;
  readonly heads: number;
  readonly epsilon: number;
  readonly contextLength: number;
  readonly patchSize: number;
  readonly quantiles: readonly number[];
  readonly useRegToken: boolean;
}

/** Chronos-Bolt: a T5 encoder over patches, and one decoder step that answers for the whole horizon. */
export interface BoltConfig extends SharedConfig {
  readonly family: 'chronos-bolt';
  readonly decoderLayers: number;
  readonly decoderStartToken: number;
  readonly positionBuckets: number;
  readonly positionMaxDistance: number;
  readonly predictionLength: number;
}

/** Chronos-2: an encoder that attends along time and across the series of a group. */
export interface Chronos2Config extends SharedConfig {
  readonly family: 'chronos-2';
  readonly ropeTheta: number;
  readonly maxOutputPatches: number;
  readonly timeEncodingScale: number;
  readonly useArcsinh: boolean;
}

export type ChronosConfig = BoltConfig | Chronos2Config;

/** Reads `config.json` of a published checkpoint. Refuses with `model_not_supported`. */
export function readChronosConfig(path: string): ChronosConfig {
  const fields = new ConfigFields(path, parseJson(path));
  const nested = fields.table('chronos_config');
  const architecture = fields.firstText('architectures');
  fields.expect('dense_act_fn', ['relu', undefined]);
  fields.expect('feed_forward_proj', ['relu']);
  const shared = readShared(fields, nested);
  if (architecture === 'ChronosBoltModelForForecasting') return readBolt(shared, fields, nested);
  if (architecture === 'Chronos2Model') return readChronos2(shared, fields, nested);
  throw fields.refusal('architectures', 'ChronosBoltModelForForecasting or Chronos2Model');
}

function readShared(fields: ConfigFields, nested: ConfigFields): SharedConfig {
  const patchSize = nested.count('input_patch_size', 4096);
  // Overlapping patches exist in the code of the package, not in any published checkpoint.
  nested.expect('input_patch_stride', [patchSize]);
  return {
    dModel: fields.count('d_model', 65_536),
    dHead: fields.count('d_kv', 65_536),
    dFeedForward: fields.count('d_ff', 262_144),
    layers: fields.count('num_layers', 1000),
    heads: fields.count('num_heads', 1000),
    epsilon: fields.positive('layer_norm_epsilon', 1e-6),
    contextLength: nested.count('context_length', 1_000_000),
    patchSize,
    quantiles: nested.levels('quantiles'),
    useRegToken: nested.flag('use_reg_token'),
  };
}

function readBolt(shared: SharedConfig, fields: ConfigFields, nested: ConfigFields): BoltConfig {
  return {
    ...shared,
    family: 'chronos-bolt',
    decoderLayers: fields.count('num_decoder_layers', 1000),
    decoderStartToken: fields.count('decoder_start_token_id', 1, 0),
    positionBuckets: fields.count('relative_attention_num_buckets', 65_536),
    positionMaxDistance: fields.count('relative_attention_max_distance', 1_000_000),
    predictionLength: nested.count('prediction_length', 100_000),
  };
}

function readChronos2(
  shared: SharedConfig,
  fields: ConfigFields,
  nested: ConfigFields,
): Chronos2Config {
  nested.expect('output_patch_size', [shared.patchSize]);
  // The code of the package takes the token for granted.
  nested.expect('use_reg_token', [true]);
  if (shared.dHead % 2 !== 0) throw fields.refusal('d_kv', 'an even number');
  return {
    ...shared,
    family: 'chronos-2',
    ropeTheta: fields.positive('rope_theta', 10_000),
    maxOutputPatches: nested.count('max_output_patches', 10_000),
    timeEncodingScale: nested.positive('time_encoding_scale', shared.contextLength),
    useArcsinh: nested.flag('use_arcsinh'),
  };
}

function parseJson(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new Refusal('model_file_invalid', { file: path, found: 'not a table in JSON' });
}

/** Reads fields of a table, and says which one is amiss. */
class ConfigFields {
  readonly #path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(path: string, values: Readonly<Record<string, unknown>>) {
    this.#path = path;
    this.#values = values;
  }

  table(name: string): ConfigFields {
    const value = this.#values[name];
    if (typeof value !== 'object' || value === null) throw this.refusal(name, 'a table');
    return new ConfigFields(`${this.#path}#/${name}`, value as Record<string, unknown>);
  }

  /** A whole number, bounded: sizes of a hostile file would otherwise ask for all memory. */
  count(name: string, most: number, least = 1): number {
    const value = this.#values[name];
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
      return value as number;
    throw this.refusal(name, `a whole number from ${least} to ${most}`);
  }

  positive(name: string, fallback: number): number {
    const value = this.#values[name] ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw this.refusal(name, 'a number above 0');
  }

  flag(name: string): boolean {
    const value = this.#values[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw this.refusal(name, 'true or false');
  }

  levels(name: string): readonly number[] {
    const value = this.#values[name];
    const rises = (level: unknown, i: number, all: unknown[]) =>
      typeof level === 'number' &&
      level > 0 &&
      level < 1 &&
      (i === 0 || level > Number(all[i - 1]));
    if (Array.isArray(value) && value.length > 0 && value.length <= 1000 && value.every(rises))
      return value as number[];
    throw this.refusal(name, 'rising levels between 0 and 1');
  }

  firstText(name: string): unknown {
    const value = this.#values[name];
    return Array.isArray(value) ? value[0] : undefined;
  }

  expect(name: string, allowed: readonly unknown[]): void {
    if (!allowed.includes(this.#values[name])) throw this.refusal(name, allowed[0]);
  }

  refusal(name: string, wanted: unknown): Refusal {
    const found = this.#values[name];
    return new Refusal('model_not_supported', { file: this.#path, field: name, found, wanted });
  }
}
