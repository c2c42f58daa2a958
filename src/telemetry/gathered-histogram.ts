import { Histogram, type MetricObjectWithValues, type MetricValueWithName } from 'prom-client';

interface HistogramOptions<Label extends string> {
  name: string;
  help: string;
  /** In the order in which `note` is given their values. */
  labelNames: readonly Label[];
  /** Upper bounds, in seconds, ascending. */
  buckets: readonly number[];
}

/** What was observed with the same labels. */
interface Series<Label extends string> {
  readonly labels: Partial<Record<Label, string>>;
  /** One for each bucket, and one for what is above all of them. */
  readonly counts: number[];
  sum: number;
}

/** A histogram for what every request observes: the figures are put into the registry's form at each scrape only. */
export class GatheredHistogram<Label extends string> extends Histogram<Label> {
  readonly #options: HistogramOptions<Label>;
  /** What a histogram says of itself. */
  readonly #empty: Histogram<Label>;
  readonly #series = new Map<string, Series<Label>>();

  /** Registers itself nowhere. */
  constructor(options: HistogramOptions<Label>) {
    const { labelNames, buckets } = options;
    const settings = { ...options, labelNames: [...labelNames], buckets: [...buckets], registers: [] };
    super(settings);
    this.#options = options;
    this.#empty = new Histogram(settings);
  }

  /** @param values of the labels, a few in all: none of them a client's own */
  note(values: readonly string[], seconds: number): void {
    const series = this.#seriesOf(values);
    const { buckets } = this.#options;
    let bucket = 0;
    while (seconds > (buckets[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
  }

  #seriesOf(values: readonly string[]): Series<Label> {
    const key = values.join(' ');
    const known = this.#series.get(key);
    if (known) return known;
    const { labelNames, buckets } = this.#options;
    const labels: Partial<Record<Label, string>> = {};
    for (const [index, name] of labelNames.entries()) labels[name] = values[index] ?? '';
    const series = { labels, counts: Array<number>(buckets.length + 1).fill(0), sum: 0 };
    this.#series.set(key, series);
    return series;
  }

  /** What the registry asks for when it writes its text. */
  getForPromString(): Promise<MetricObjectWithValues<MetricValueWithName<Label>>> {
    return this.get();
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<Label>>> {
    const values = [...this.#series.values()].flatMap((series) => this.#valuesOf(series));
    return { ...(await this.#empty.get()), values };
  }

  #valuesOf({ labels, counts, sum }: Series<Label>): Array<MetricValueWithName<Label>> {
    const { name, buckets } = this.#options;
    let count = 0;
    const cumulative = counts.map((inBucket, index) => {
      count += inBucket;
      return {
        metricName: `${name}_bucket`,
        labels: { le: buckets[index] ?? '+Inf', ...labels },
        value: count,
      };
    });
    return [
      ...cumulative,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}
