/** What is known of widely used base images without fetching them. */
export interface BaseImage {
  /** The user that the image starts as; undefined when it is not known here. */
  readonly user?: string;
  readonly homes: Readonly<Record<string, string>>;
  /** Begins as root by design and gives up its rights by itself. */
  readonly dropsRights?: boolean;
  readonly hasShell: boolean;
}

const root = { root: '/root' };

const known: readonly (readonly [RegExp, Partial<BaseImage>])[] = [
  [
    /^gcr\.io\/distroless\/.*nonroot/,
    { user: '65532', homes: { nonroot: '/home/nonroot' }, hasShell: false },
  ],
  [
    /^gcr\.io\/distroless\//,
    { user: 'root', homes: { nonroot: '/home/nonroot' }, hasShell: false },
  ],
  [/^cgr\.dev\/chainguard\//, { user: '65532', homes: { nonroot: '/home/nonroot' } }],
  [/(^|\/)bitnami\//, { user: '1001' }],
  [/(^|\/)[^/]*-?unprivileged\b/, { user: '101' }],
  [/^(docker\.io\/)?(library\/)?node(:|@|$)/, { user: 'root', homes: { node: '/home/node' } }],
  [/^(docker\.io\/)?oven\/bun(:|@|$)/, { user: 'root', homes: { bun: '/home/bun' } }],
  [/^(docker\.io\/)?denoland\/deno/, { user: 'root', homes: { deno: '/home/deno' } }],
  [
    /^(docker\.io\/)?(library\/)?(python|ruby|golang|rust|php|debian|ubuntu|alpine|busybox|openjdk|eclipse-temurin|amazoncorretto|maven|gradle|elixir|erlang|perl|fedora|rockylinux|almalinux|haskell|swift|julia|r-base|pypy|amazonlinux|centos|buildpack-deps)(:|@|$)/,
    { user: 'root', homes: { ubuntu: '/home/ubuntu', 'www-data': '/var/www' } },
  ],
  [/^ghcr\.io\/astral-sh\/uv:.*(python|debian|alpine|bookworm|trixie|slim)/, { user: 'root' }],
  [
    /^mcr\.microsoft\.com\/dotnet\/(aspnet|runtime|sdk)/,
    { user: 'root', homes: { app: '/home/app' } },
  ],
  [/^mcr\.microsoft\.com\/playwright/, { user: 'root', homes: { pwuser: '/home/pwuser' } }],
  [
    /^(docker\.io\/)?(library\/)?(nginx|httpd|caddy|traefik|haproxy|postgres|mysql|mariadb|mongo|redis|valkey|rabbitmq|memcached|registry|varnish)(:|@|$)/,
    {
      dropsRights: true,
      homes: {
        postgres: '/var/lib/postgresql',
        'www-data': '/var/www',
        redis: '/data',
        mysql: '/var/lib/mysql',
      },
    },
  ],
];

export function baseImage(name: string): BaseImage {
  const match = known.find(([pattern]) => pattern.test(name))?.[1];
  return { hasShell: true, ...match, homes: { ...root, ...match?.homes } };
}
