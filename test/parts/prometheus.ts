// Prometheus and its Pushgateway as Debian has them: the programs alone, unpacked from the packages, so that no service of
// theirs is started on this machine.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadDebianPackages } from './debian.ts';
import { partsFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import { OwnedProcess } from './owned-process.ts';
import { run } from './run.ts';
import { giveToServer, makeWorkFolder } from './work-folder.ts';

const folder = join(partsFolder, 'prometheus');
const program = (name: string) => join(folder, 'usr', 'bin', name);
const PROGRAMS = ['promtool', 'prometheus', 'prometheus-pushgateway'];

export function isPrometheusInstalled(): boolean {
  return PROGRAMS.every(name => existsSync(program(name)));
}

/** Downloads by apt, which checks the signatures; nothing is installed. */
export async function installPrometheus(): Promise<void> {
  if (isPrometheusInstalled()) return;
  await mkdir(partsFolder, { recursive: true });
  const work = await mkdtemp(join(partsFolder, '.prometheus-'));
  try {
    await downloadDebianPackages(work, 'prometheus', 'prometheus-pushgateway');
    for (const file of await readdir(work))
      await run('dpkg-deb', ['-x', join(work, file), join(work, 'root')]);
    await run('chmod', ['-R', 'a+rX', work]);
    await rename(join(work, 'root'), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What promtool printed. Rejects with what it found wrong. */
export function promtool(args: readonly string[], input?: string): Promise<string> {
  return run(program('promtool'), [...args], input === undefined ? {} : { input });
}

export interface Monitoring extends AsyncDisposable {
  /** Of the Pushgateway. */
  readonly pushUrl: string;
  /** Values by their labels, as Prometheus answers a query now. */
  query(
    expression: string,
  ): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>;
  /** Names of the alerts that fire now. */
  firing(): Promise<string[]>;
  stop(): Promise<void>;
}

/** A Pushgateway, and a Prometheus that scrapes it and judges the rules once a second. */
export async function startMonitoring(rules: string): Promise<Monitoring> {
  const work = await makeWorkFolder('prometheus');
  const [pushPort, port] = [await freePort(), await freePort()];
  const config = join(work, 'prometheus.yml');
  await writeFile(join(work, 'rules.yml'), rules);
  await writeFile(
    config,
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${join(work, 'rules.yml')}]
scrape_configs:
  - job_name: pushgateway
    honor_labels: true
    static_configs: [{ targets: ['127.0.0.1:${pushPort}'] }]
`,
  );
  for (const file of ['rules.yml', 'prometheus.yml']) giveToServer(join(work, file));
  const gateway = new OwnedProcess(
    program('prometheus-pushgateway'),
    [`--web.listen-address=127.0.0.1:${pushPort}`],
    { stopSignal: 'SIGTERM' },
  );
  const prometheus = new OwnedProcess(
    program('prometheus'),
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(work, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stopSignal: 'SIGTERM', leftovers: work },
  );
  const stop = async () => {
    await Promise.all([gateway.stop(), prometheus.stop()]);
    await rm(work, { recursive: true, force: true });
  };
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    if (!answer.ok) throw new Error(`Prometheus answered ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { data: unknown }).data;
  };
  try {
    await waitUntilReady(gateway, `http://127.0.0.1:${pushPort}/-/ready`);
    await waitUntilReady(prometheus, `http://127.0.0.1:${port}/-/ready`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pushUrl: `http://127.0.0.1:${pushPort}`,
    async query(expression) {
      const data = (await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`)) as {
        result: { metric: Record<string, string>; value: [number, string] }[];
      };
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async firing() {
      const data = (await ask('/api/v1/alerts')) as {
        alerts: { state: string; labels: { alertname: string } }[];
      };
      return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function waitUntilReady(server: OwnedProcess, url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    if (server.hasEnded || Date.now() > deadline)
      throw new Error(`nothing is ready at ${url}:\n${server.log.slice(-2000)}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
