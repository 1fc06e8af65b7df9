import { z } from 'zod';

/*
 * The shape of deploy.yml. docs/delivering.md shows every key of it in one commented example; a test
 * reads that example with this schema and compares the names. Messages complete "should be …".
 */

const text = (wanted: string) => z.string({ error: wanted }).min(1, { error: wanted });
const whole = (wanted: string, least: number, most = 1_000_000) =>
  z.int({ error: wanted }).min(least, { error: wanted }).max(most, { error: wanted });
const number = (wanted: string) => z.number({ error: wanted }).min(0, { error: wanted });
const yesOrNo = z.boolean({ error: 'true or false' });

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
const VARIABLE = /^[A-Z_][A-Z0-9_]*$/;
const HOST = /^[A-Za-z0-9_.:[\]-]+$/;
/** A repository without tag or digest; a port may follow the registry's name. */
const REPOSITORY = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/;
const VOLUME = /^([A-Za-z0-9][A-Za-z0-9_.-]*|\/[^:]+)$/;

const PORT = 'a port from 1 to 65535';
const REFERENCE = 'one of { env: NAME }, { file: PATH } or { command: [WORD, …] }';

/** Where a secret's value comes from; the value itself never stands in deploy.yml. */
export const secretReferenceSchema = z.union(
  [
    z.strictObject({ env: text('the name of an environment variable') }),
    z.strictObject({ file: text('the path of a file') }),
    z.strictObject({ command: z.array(text('a word')).min(1) }),
  ],
  { error: REFERENCE },
);

const hostSchema = z.union(
  [
    z.string().regex(HOST),
    z.strictObject({
      address: z
        .string({ error: 'a host name or address' })
        .regex(HOST, { error: 'a host name or address' }),
      user: text('the name of a user').optional(),
      port: whole(PORT, 1, 65535).optional(),
    }),
  ],
  { error: 'a host name, local, or { address, user, port }' },
);

const volumesSchema = z
  .strictObject({
    data: z.string().regex(VOLUME, { error: 'a volume name' }).optional(),
    cache: z.string().regex(VOLUME, { error: 'a volume name or an absolute path' }).optional(),
    backups: z.string().regex(VOLUME, { error: 'a volume name or an absolute path' }).optional(),
  })
  .prefault({});

const proxySchema = z
  .strictObject({
    name: z.string().regex(NAME, { error: 'the name of a container' }).default('parstock-proxy'),
    image: text('an image reference').default('basecamp/kamal-proxy:v0.9.0'),
    bind: text('an address of the host').default('0.0.0.0'),
    httpPort: whole(PORT, 1, 65535).default(80),
    httpsPort: whole(PORT, 1, 65535).default(443),
    drainSeconds: whole('seconds, 1 or more', 1).default(30),
    pauseSeconds: whole('seconds, 1 or more', 1).default(30),
    responseSeconds: whole('seconds, 1 or more', 1).default(120),
  })
  .prefault({});

const watchSchema = z
  .strictObject({
    seconds: whole('seconds, 0 or more', 0).default(60),
    errorRate: number('a share from 0 to 1').max(1, { error: 'a share from 0 to 1' }).default(0.01),
    p95Seconds: number('seconds, 0 or more').default(2.5),
    failedJobs: whole('a number of jobs, 0 or more', 0).default(2),
  })
  .prefault({});

const gateSchema = z
  .strictObject({
    enabled: yesOrNo.default(true),
    series: whole('a number of series, 1 or more', 1, 500).default(60),
    seed: whole('a whole number', 0).default(1),
    tolerance: number('a share such as 0.02').default(0.02),
  })
  .prefault({});

/** One destination: where a version goes, and what must hold there. */
export const destinationSchema = z.strictObject({
  hosts: z
    .array(hostSchema, { error: 'a list of hosts' })
    .min(1, { error: 'a list of at least one host' }),
  folder: text('a folder in the home of the user').default('.parstock'),
  mode: z.enum(['embedded', 'external'], { error: 'embedded or external' }),
  domain: z
    .string()
    .regex(/^[a-z0-9.-]+$/i, { error: 'a host name' })
    .optional(),
  tls: yesOrNo.default(false),
  approval: yesOrNo.default(false),
  keep: whole('a number of versions, 2 or more', 2, 50).default(5),
  network: z.string().regex(VOLUME, { error: 'the name of a network' }).default('parstock'),
  readySeconds: whole('seconds, 1 or more', 1).default(60),
  stopSeconds: whole('seconds, 1 or more', 1).default(30),
  environment: z
    .record(
      z.string().regex(VARIABLE, { error: 'a name such as PARSTOCK_COMPANY_NAME' }),
      z.union([z.string(), z.number(), z.boolean()], { error: 'a text, a number, true or false' }),
    )
    .default({}),
  secrets: z
    .record(
      z.string().regex(VARIABLE, { error: 'a name such as PARSTOCK_DATABASE_URL' }),
      secretReferenceSchema,
    )
    .default({}),
  volumes: volumesSchema,
  proxy: proxySchema,
  watch: watchSchema,
  gate: gateSchema,
});

/** The whole file. */
export const deploymentSchema = z.strictObject({
  image: z.string({ error: 'an image repository without a tag' }).regex(REPOSITORY, {
    error: 'an image repository without a tag, such as ghcr.io/you/parstock',
  }),
  registry: z
    .strictObject({
      username: text('the name of a user'),
      password: secretReferenceSchema,
    })
    .optional(),
  ssh: z
    .strictObject({
      config: text('the path of an ssh configuration').optional(),
      connectSeconds: whole('seconds, 1 or more', 1).default(10),
    })
    .prefault({}),
  destinations: z.record(
    z.string().regex(NAME, { error: 'small letters, digits and dashes, beginning with a letter' }),
    destinationSchema,
  ),
});

/** deploy.yml with the defaults filled in. */
export type Deployment = z.infer<typeof deploymentSchema>;
export type DestinationSettings = z.infer<typeof destinationSchema>;
export type SecretReference = z.infer<typeof secretReferenceSchema>;
