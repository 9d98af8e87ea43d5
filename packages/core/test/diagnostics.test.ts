import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { observeCredentials } from '../examples/opentelemetry.ts';
import { loadCredentials, required } from '../src/composition/load-credentials.ts';
import { fakeClock } from '../src/conformance/fake-clock.ts';
import type { CredentialEvent } from '../src/credential-event.ts';
import { CREDENTIAL_EVENTS, publishDiagnostics } from '../src/diagnostics.ts';
import { refreshing } from '../src/refreshing/refreshing.ts';
import {
  failing,
  mintingSource,
  newText,
  rejection,
  scriptedSource,
  textCredential,
} from './composition/scripted-source.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Hears the channel until the end of the test. */
function heard(): CredentialEvent[] {
  const events: CredentialEvent[] = [];
  const listener = (message: unknown) => events.push(message as CredentialEvent);
  subscribe(CREDENTIAL_EVENTS, listener);
  stops.push(() => unsubscribe(CREDENTIAL_EVENTS, listener));
  return events;
}
function publish(): () => void {
  const stop = publishDiagnostics();
  stops.push(stop);
  return stop;
}
const fetchOnce = async () => {
  await using provider = refreshing(mintingSource());
  await provider.get();
};

describe('publishDiagnostics', () => {
  test('publishes the events of all providers, made before or after, on keyturn:credential', async () => {
    expect(CREDENTIAL_EVENTS).toBe('keyturn:credential');
    await using early = refreshing(mintingSource());
    const events = heard();
    publish();
    await early.get();
    await fetchOnce();
    expect(events).toMatchObject([
      { type: 'fetched', source: 'minting', outcome: 'first' },
      { type: 'fetched', source: 'minting', outcome: 'first' },
    ]);
  });

  test('publishes each event once however often it is called, until each call was ended', async () => {
    const events = heard();
    const [first, second] = [publish(), publish()];
    await fetchOnce();
    expect(events).toHaveLength(1);
    first();
    first();
    await fetchOnce();
    expect(events).toHaveLength(2);
    second();
    await fetchOnce();
    expect(events).toHaveLength(2);
    publish();
    await fetchOnce();
    expect(events).toHaveLength(3);
  });

  test('publishes nothing where nobody subscribes, and takes a later subscriber', async () => {
    publish();
    expect(channel(CREDENTIAL_EVENTS).hasSubscribers).toBe(false);
    await fetchOnce();
    const events = heard();
    await fetchOnce();
    expect(events).toHaveLength(1);
  });
});

describe('the OpenTelemetry example', () => {
  function sdk() {
    const spans = new InMemorySpanExporter();
    const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    const reader = new PeriodicExportingMetricReader({
      exporter: metrics,
      exportIntervalMillis: 3_600_000,
      exportTimeoutMillis: 3_600_000,
    });
    const meters = new MeterProvider({ readers: [reader] });
    const stop = observeCredentials({ meter: meters.getMeter('test'), tracer: tracers.getTracer('test') });
    stops.push(stop);
    return {
      stop,
      spans: () => spans.getFinishedSpans(),
      async points(name: string) {
        await meters.forceFlush();
        const all =
          metrics
            .getMetrics()
            .at(-1)
            ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
        return all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
      },
      end: () => meters.shutdown(),
    };
  }

  test('makes spans and metrics of a life of a credential, without any value', async () => {
    const telemetry = sdk();
    const clock = fakeClock();
    const texts = [newText(), newText(), 'x'.repeat(33)];
    const source = scriptedSource('vault:db', async (_, count) => {
      if (count === 3) return failing('unreachable')();
      return textCredential(texts[count - 1] ?? texts[2]!, { version: String(count), lease: {} });
    });
    const load = await loadCredentials(
      { db: required(source, 'db', { schema: z.string().length(32) }) },
      { clock, overlapMs: 1_000, keepFresh: false },
    );
    const rejected = await load.db.get();
    const second = await load.db.get({ rejected });
    await clock.advance(1_000);
    const failed = rejection(load.db.get({ rejected: second }));
    await clock.advance(20_000);
    expect(await failed).toMatchObject({ code: 'invalid_response' });
    await load[Symbol.asyncDispose]();

    expect(
      telemetry.spans().map(({ name, status, attributes }) => ({ name, status: status.message, ...attributes })),
    ).toEqual([
      {
        name: 'keyturn fetch',
        status: undefined,
        'keyturn.source': 'vault:db',
        'keyturn.outcome': 'first',
        'keyturn.version': '1',
      },
      {
        name: 'keyturn fetch',
        status: undefined,
        'keyturn.source': 'vault:db',
        'keyturn.outcome': 'replaced',
        'keyturn.version': '2',
      },
      {
        name: 'keyturn fetch',
        status: 'it is unreachable',
        'keyturn.source': 'vault:db',
        'error.type': 'unreachable',
        'keyturn.background': false,
      },
      {
        name: 'keyturn fetch',
        status: 'the value does not fit its schema at the value itself',
        'keyturn.source': 'vault:db',
        'error.type': 'invalid_response',
        'keyturn.background': false,
      },
    ]);
    const durations = await telemetry.points('keyturn.fetch.duration');
    expect(durations.map(({ attributes, value }) => [attributes, (value as { count: number }).count])).toEqual([
      [{ 'keyturn.source': 'vault:db', 'keyturn.outcome': 'first' }, 1],
      [{ 'keyturn.source': 'vault:db', 'keyturn.outcome': 'replaced' }, 1],
      [{ 'keyturn.source': 'vault:db', 'error.type': 'unreachable' }, 1],
      [{ 'keyturn.source': 'vault:db', 'error.type': 'invalid_response' }, 1],
    ]);
    const events = await telemetry.points('keyturn.events');
    expect(Object.fromEntries(events.map(({ attributes, value }) => [attributes['keyturn.event'], value]))).toEqual({
      rejected: 2,
      released: 3,
      schema_refused: 1,
    });
    const shown = inspect([telemetry.spans(), durations, events], {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
    });
    for (const text of texts) expect(shown).not.toContain(text);
    await telemetry.end();
  });

  test('dates the span of a fetch back to its begin', async () => {
    const telemetry = sdk();
    const clock = fakeClock();
    const source = scriptedSource('slow', async () => {
      await new Promise<void>((resolve) => void clock.setTimer(resolve, 1_500));
      return textCredential(newText());
    });
    await using provider = refreshing(source, { clock });
    const got = provider.get();
    await clock.advance(1_500);
    await got;
    const [span] = telemetry.spans();
    expect(span?.duration).toEqual([1, 500_000_000]);
    expect(span?.endTime[0]).toBe(clock.now() / 1_000 - 0.5);
    const [duration] = await telemetry.points('keyturn.fetch.duration');
    expect(duration?.value).toMatchObject({ sum: 1.5 });
    await telemetry.end();
  });

  test('ends when it is told to', async () => {
    const telemetry = sdk();
    telemetry.stop();
    await fetchOnce();
    expect(telemetry.spans()).toEqual([]);
    expect(channel(CREDENTIAL_EVENTS).hasSubscribers).toBe(false);
    await telemetry.end();
  });
});
