/** One file of a model, as the hub holds it at the pinned revision. */
export interface PinnedFile {
  readonly name: string;
  /** Null: not known when this list was written; the hub's own listing decides, see hub-listing.ts. */
  readonly bytes: number | null;
  readonly sha256: string | null;
}

export interface PinnedModel {
  /** What a person calls it. */
  readonly name: string;
  /** Repository on the hub. */
  readonly repository: string;
  /** Commit of that repository: a branch could be pointed at other bytes. */
  readonly revision: string;
  readonly licence: string;
  readonly parametersMillions: number;
  readonly files: readonly PinnedFile[];
}

/**
 * Every model that the program runs. `node house/pin-models.ts` compares this list with the hub and
 * prints what differs.
 */
export const pinnedModels: readonly PinnedModel[] = [
  {
    name: 'chronos-bolt-tiny',
    repository: 'amazon/chronos-bolt-tiny',
    revision: 'a0e552de83495b5c28c14c71c374f3e33280b340',
    licence: 'Apache-2.0',
    parametersMillions: 9,
    files: [
      {
        name: 'config.json',
        bytes: 1120,
        sha256: '278f0086733031635fb1c861cb01c1bad6477420c7fcb19381a2993e335785e0',
      },
      {
        name: 'model.safetensors',
        bytes: 34_622_352,
        sha256: '75068728d376d2bec670379eeef4bfb4d24c0cfe24d957451f8d19b447030a32',
      },
    ],
  },
  {
    name: 'chronos-bolt-mini',
    repository: 'amazon/chronos-bolt-mini',
    revision: '251268337516a88e253628c43e1d26ec577b376b',
    licence: 'Apache-2.0',
    parametersMillions: 21,
    files: [
      // Published nowhere that could be read when this was written; a script fills it in.
      { name: 'config.json', bytes: null, sha256: null },
      {
        name: 'model.safetensors',
        bytes: 84_956_096,
        sha256: '1a1a4297f132b808c5c7da24e3cce549d519c01ff5c2661fcad404baba018f24',
      },
    ],
  },
  {
    name: 'chronos-bolt-small',
    repository: 'amazon/chronos-bolt-small',
    revision: '772f3d25d38aec6d914c8949dab4462e2d46f5d8',
    licence: 'Apache-2.0',
    parametersMillions: 48,
    files: [
      {
        name: 'config.json',
        bytes: 1121,
        sha256: '9ca0ebbe049ccebacb0546361e8aa728f0cf104cd18d1838d78d296aa317bd21',
      },
      {
        name: 'model.safetensors',
        bytes: 190_888_824,
        sha256: '06a6a19bbe74bc10a9cd193bd4bf2bf638ae07f7e0d51653ae7ab8ea968a21dd',
      },
    ],
  },
  {
    name: 'chronos-bolt-base',
    repository: 'amazon/chronos-bolt-base',
    revision: '5d9f166d69f47aef3401367a7b842e78fe97b121',
    licence: 'Apache-2.0',
    parametersMillions: 205,
    files: [
      {
        name: 'config.json',
        bytes: 1123,
        sha256: '46f7e7e695569f67b06178faa4f236c281392945aa2d1bdf844442e57155530b',
      },
      {
        name: 'model.safetensors',
        bytes: 821_203_576,
        sha256: '31f875483a3215bc6880a0837ea608a13ce55f88ad90538c3cdd0b29aeb60b36',
      },
    ],
  },
  {
    name: 'chronos-2',
    repository: 'amazon/chronos-2',
    revision: '29ec3766d36d6f73f0696f85560a422f50e8498c',
    licence: 'Apache-2.0',
    parametersMillions: 120,
    files: [
      {
        name: 'config.json',
        bytes: 1067,
        sha256: 'ef1143bfdc9c0376d9a056eefca46cb4b1ec3d0ffacd541ff56feb40fb708031',
      },
      {
        name: 'model.safetensors',
        bytes: 477_930_472,
        sha256: 'ddcda3c7508bf2528087723e98a20707cc04b7f370ae275a9fd88078ddba4f42',
      },
    ],
  },
];
