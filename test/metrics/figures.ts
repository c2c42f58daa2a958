import { expect } from 'vitest';

/** What `/metrics` says, as Prometheus reads it. */
export class Figures {
  readonly #values: Map<string, number>;

  constructor(text: string) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.#values = new Map(
      lines.map((line): [string, number] => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  }

  get names(): Set<string> {
    return new Set([...this.#values.keys()].map((series) => series.replace(/\{.*$/, '')));
  }

  has(name: string, labels: Record<string, string> = {}): boolean {
    return this.#values.has(seriesOf(name, labels));
  }

  /** The series whose labels are these; 0 before it is first counted. */
  value(name: string, labels: Record<string, string> = {}): number {
    return this.#values.get(seriesOf(name, labels)) ?? 0;
  }
}

function seriesOf(name: string, labels: Record<string, string>): string {
  const series = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return series.length === 0 ? name : `${name}{${series.join(',')}}`;
}

/** @param authorization the header, where there is one */
export async function figures(url: string, authorization?: string): Promise<Figures> {
  const response = await fetch(`${url}/metrics`, {
    headers: authorization === undefined ? {} : { authorization },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return new Figures(await response.text());
}
