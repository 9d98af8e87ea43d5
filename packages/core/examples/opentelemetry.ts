/**
 * Keyturn's events as OpenTelemetry metrics and spans. Copy it into an application that has set up its SDK:
 *
 *     const stop = observeCredentials();
 *
 * Nothing of it holds a value: events carry names, codes, versions and times only.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { CredentialEvent } from '@keyturn/core';
import { CREDENTIAL_EVENTS, publishDiagnostics } from '@keyturn/core/diagnostics';
import { type Attributes, type Meter, metrics, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';

export interface Telemetry {
  readonly meter?: Meter;
  readonly tracer?: Tracer;
}

/** Observes every provider of the process; the answer ends it. By default with the globally registered SDK. */
export function observeCredentials(telemetry: Telemetry = {}): () => void {
  const { meter = metrics.getMeter('keyturn'), tracer = trace.getTracer('keyturn') } = telemetry;
  const measure = measuring(meter);
  const observe = (message: unknown) => {
    const event = message as CredentialEvent;
    measure(event);
    if (event.type === 'fetched' || event.type === 'fetch_failed') traceFetch(tracer, event);
  };
  subscribe(CREDENTIAL_EVENTS, observe);
  const stopPublishing = publishDiagnostics();
  return () => {
    stopPublishing();
    unsubscribe(CREDENTIAL_EVENTS, observe);
  };
}

type FetchEvent = Extract<CredentialEvent, { type: 'fetched' | 'fetch_failed' }>;

function measuring(meter: Meter): (event: CredentialEvent) => void {
  const durations = meter.createHistogram('keyturn.fetch.duration', {
    unit: 's',
    description: 'How long the source took to answer or to fail; the count is the number of fetches',
  });
  const events = meter.createCounter('keyturn.events', {
    unit: '{event}',
    description:
      'All else that happened to a credential: rejected, stale_served, superseded, schema_refused, released, release_failed',
  });
  return (event) => {
    if (event.type === 'fetched' || event.type === 'fetch_failed') {
      durations.record(event.durationMs / 1_000, fetchAttributes(event));
    } else {
      events.add(1, { 'keyturn.source': event.source, 'keyturn.event': event.type, ...errorType(event) });
    }
  };
}

/** The event comes at the end of the fetch, so the span is dated back. */
function traceFetch(tracer: Tracer, event: FetchEvent): void {
  const attributes = {
    ...fetchAttributes(event),
    ...('version' in event && { 'keyturn.version': event.version }),
    ...('background' in event && { 'keyturn.background': event.background }),
  };
  const startTime = new Date(event.at.getTime() - event.durationMs);
  const span = tracer.startSpan('keyturn fetch', { startTime, attributes });
  if (event.type === 'fetch_failed') span.setStatus({ code: SpanStatusCode.ERROR, message: event.error.message });
  span.end(event.at);
}

function fetchAttributes(event: FetchEvent): Attributes {
  const outcome = event.type === 'fetched' ? { 'keyturn.outcome': event.outcome } : errorType(event);
  return { 'keyturn.source': event.source, ...outcome };
}

function errorType(event: CredentialEvent): Attributes {
  return 'error' in event ? { 'error.type': event.error.code } : {};
}
