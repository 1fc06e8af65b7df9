import { z } from 'zod';
import {
  DEPLOY_LABEL,
  DIGEST_LABEL,
  SETTINGS_LABEL,
  VERSION_LABEL,
} from '../configuration/names.ts';

/** A container, as far as a deploy asks. */
export interface ContainerFacts {
  readonly name: string;
  readonly running: boolean;
  readonly exitCode: number;
  /** Times that the engine started it again after it ended by itself. */
  readonly restarts: number;
  readonly image: string;
  readonly deployId: string;
  readonly digest: string;
  readonly version: string;
  readonly settings: string;
  readonly startedAt: string;
  /** Port of the host's loopback; null while it does not run. */
  readonly port: number | null;
  /** Volume by the path where it is mounted. */
  readonly volumes: Readonly<Record<string, string>>;
}

const inspected = z.object({
  Name: z.string(),
  RestartCount: z.number(),
  State: z.object({ Running: z.boolean(), ExitCode: z.number(), StartedAt: z.string() }),
  Config: z.object({ Image: z.string(), Labels: z.record(z.string(), z.string()).nullable() }),
  NetworkSettings: z.object({
    Ports: z
      .record(
        z.string(),
        z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable(),
      )
      .nullable(),
  }),
  Mounts: z.array(
    z.object({ Name: z.string().optional(), Source: z.string(), Destination: z.string() }),
  ),
});

/** Reads what `docker inspect` prints; what it did not find is simply not there. */
export function readContainers(stdout: string): ContainerFacts[] {
  return z
    .array(inspected)
    .parse(JSON.parse(stdout || '[]'))
    .map((one) => {
      const labels = one.Config.Labels ?? {};
      const ports = Object.values(one.NetworkSettings.Ports ?? {}).flatMap((list) => list ?? []);
      const port = ports.find(({ HostIp }) => HostIp === '127.0.0.1')?.HostPort;
      return {
        name: one.Name.replace(/^\//, ''),
        running: one.State.Running,
        exitCode: one.State.ExitCode,
        restarts: one.RestartCount,
        startedAt: one.State.StartedAt,
        image: one.Config.Image,
        deployId: labels[DEPLOY_LABEL] ?? '',
        digest: labels[DIGEST_LABEL] ?? '',
        version: labels[VERSION_LABEL] ?? '',
        settings: labels[SETTINGS_LABEL] ?? '',
        port: port === undefined ? null : Number(port),
        volumes: Object.fromEntries(
          one.Mounts.map(({ Name, Source, Destination }) => [Destination, Name ?? Source]),
        ),
      };
    });
}

/** Names out of lines of JSON, as `docker ps` and `docker volume ls` print them. */
export function readNames(stdout: string): string[] {
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { Names, Name } = JSON.parse(line) as { Names?: string; Name?: string };
      return Names ?? Name ?? '';
    });
}

/** What the engine says of itself. */
export interface EngineFacts {
  readonly version: string;
  readonly architecture: string;
  readonly platform: string;
}

const versions = z.object({
  Server: z.object({ Version: z.string(), Arch: z.string(), Os: z.string() }),
});

export function readEngine(stdout: string): EngineFacts {
  const { Server } = versions.parse(JSON.parse(stdout));
  return { version: Server.Version, architecture: Server.Arch, platform: Server.Os };
}

/** The folder of the engine's data, whose disk must have room. */
export function readEngineFolder(stdout: string): string {
  return z.object({ DockerRootDir: z.string() }).parse(JSON.parse(stdout)).DockerRootDir;
}

/** An image, as far as a deploy asks. */
export interface ImageFacts {
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
}

const images = z.array(
  z.object({
    Architecture: z.string(),
    Config: z.object({
      Labels: z.record(z.string(), z.string()).nullable().optional(),
      User: z.string().optional(),
    }),
  }),
);

export function readImage(stdout: string): ImageFacts | undefined {
  const [image] = images.parse(JSON.parse(stdout || '[]'));
  if (!image) return undefined;
  const { Labels, User } = image.Config;
  return { architecture: image.Architecture, labels: Labels ?? {}, user: User ?? '' };
}
