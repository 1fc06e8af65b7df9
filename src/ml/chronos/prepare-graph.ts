import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { takeFileLock } from '../file-lock.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { createWeightFile } from '../onnx/weight-file.ts';
import { openSafetensors } from '../safetensors/open-safetensors.ts';
import { buildBoltGraph } from './bolt-graph.ts';
import { buildChronos2Graph } from './chronos2-graph.ts';
import type { LayerContext, Precision } from './layers.ts';
import { type ChronosConfig, readChronosConfig } from './read-config.ts';

export interface GraphSource {
  /** Holds `config.json` and `model.safetensors` as published. */
  readonly modelFolder: string;
  /** Where built graphs of this model are kept; they are made again where they are missing. */
  readonly graphFolder: string;
  readonly precision: Precision;
}

export interface PreparedGraph {
  readonly config: ChronosConfig;
  /** The model for series on their own. */
  readonly path: string;
  /** The model for groups of series, where the checkpoint has one. */
  readonly groupPath: string | null;
}

/** Raised when the same weights would become another graph: older ones are then left unused. */
const RECIPE = 3;
const MODEL = 'model.onnx';
const GROUP_MODEL = 'groups.onnx';

/**
 * The graph of a checkpoint, built where it is not there yet. Blocks while another process builds the
 * same one: to be called from a worker thread.
 */
export function prepareGraph(source: GraphSource): PreparedGraph {
  const config = readChronosConfig(join(source.modelFolder, 'config.json'));
  const folder = join(source.graphFolder, graphName(source));
  const path = join(folder, MODEL);
  mkdirSync(source.graphFolder, { recursive: true });
  while (!existsSync(path)) {
    const lock = takeFileLock(`${folder}.lock`);
    if (!lock) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      continue;
    }
    try {
      if (!existsSync(path)) {
        buildInto(folder, { source, config });
        removeOthers(folder, source);
      }
    } finally {
      lock.release();
    }
  }
  const groupPath = config.family === 'chronos-2' ? join(folder, GROUP_MODEL) : null;
  return { config, path, groupPath };
}

/** The name says what was read: other weights, another precision or recipe get a folder of their own. */
function graphName({ modelFolder, precision }: GraphSource): string {
  const hash = createHash('sha256').update(`${RECIPE} ${precision}\n`);
  hash.update(readFileSync(join(modelFolder, 'config.json')));
  const file = openSync(join(modelFolder, 'model.safetensors'), 'r');
  try {
    const buffer = new Uint8Array(2 ** 20);
    for (let read = -1; read !== 0; ) {
      read = readSync(file, buffer);
      hash.update(buffer.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return `${precision}-${hash.digest('hex').slice(0, 32)}`;
}

/** Built beside its place and renamed: a reader finds the whole graph or none. */
function buildInto(
  folder: string,
  { source, config }: { source: GraphSource; config: ChronosConfig },
): void {
  const draft = `${folder}.draft`;
  // Left behind by a process that was killed while it held the lock.
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  try {
    writeModels(draft, { source, config });
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Graphs of the same precision from weights or a recipe of before. Whoever still runs one has its
 * files open, and keeps them until it ends.
 */
function removeOthers(folder: string, { graphFolder, precision }: GraphSource): void {
  for (const name of readdirSync(graphFolder)) {
    if (!name.startsWith(`${precision}-`) || name.startsWith(basename(folder))) continue;
    rmSync(join(graphFolder, name), { recursive: true, force: true });
  }
}

/** Each model is small: the weights that they share lie in one file beside them. */
function writeModels(
  draft: string,
  { source, config }: { source: GraphSource; config: ChronosConfig },
): void {
  const weights = openSafetensors(join(source.modelFolder, 'model.safetensors'));
  const file = createWeightFile(join(draft, 'weights.bin'));
  const write = (name: string, build: (context: LayerContext) => void) => {
    const graph = new GraphBuilder(config.family, file);
    build({ graph, weights, precision: source.precision, epsilon: config.epsilon });
    writeFileSync(join(draft, name), graph.finish(), { flush: true });
  };
  try {
    if (config.family === 'chronos-bolt') write(MODEL, (c) => buildBoltGraph(c, config));
    else {
      write(MODEL, (c) => buildChronos2Graph(c, { config, grouped: false }));
      write(GROUP_MODEL, (c) => buildChronos2Graph(c, { config, grouped: true }));
    }
  } finally {
    file.close();
    weights.close();
  }
}
