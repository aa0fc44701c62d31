// SPDX-License-Identifier: Apache-2.0
// Asks the server. The paths, parameters and replies are typed from api/openapi.yaml; a fault comes
// back as a problem in both languages, also when the server cannot be reached at all.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { components, paths } from '../../build/schema';

type Schemas = components['schemas'];
export type About = Schemas['About'];
export type Entity = Schemas['Entity'];
export type Evidence = Schemas['Evidence'];
export type Explanation = Schemas['Explanation'];
export type Factor = Schemas['Factor'];
export type FactorCell = Schemas['FactorCell'];
export type Figure = Schemas['Figure'];
export type Light = Schemas['Light'];
export type Note = Schemas['Note'];
export type Overview = Schemas['Overview'];
export type Pan = Schemas['Pan'];
export type Problem = Schemas['Problem'];
export type Region = Schemas['Region'];
export type Regions = Schemas['Regions'];
export type Restatement = Schemas['Restatement'];
export type Rule = Schemas['Rule'];
export type SearchHit = Schemas['Search']['hits'][number];
export type SeriesPoint = Schemas['SeriesPoint'];
export type Source = Schemas['Source'];
export type TreeNode = Schemas['Node'];

const BASE = '/api/v1';

type GetPath = { [P in keyof paths]: paths[P] extends { get: unknown } ? P : never }[keyof paths];
type Operation<P extends GetPath> = paths[P]['get'];
type QueryOf<P extends GetPath> = Operation<P> extends { parameters: { query?: infer Q } } ? Q : never;
type PathOf<P extends GetPath> = Operation<P> extends { parameters: { path: infer T } } ? T : never;
type ReplyOf<P extends GetPath> = Operation<P> extends {
  responses: { 200: { content: { 'application/json': infer R } } };
}
  ? R
  : never;

export interface Request<P extends GetPath> {
  path: P;
  /** Values of the {holes} of the path. */
  at?: PathOf<P>;
  query?: QueryOf<P>;
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

const UNREACHABLE: Problem = {
  type: 'about:blank',
  title: 'The server cannot be reached',
  title_zh: '无法连接服务器',
  status: 0,
  detail: 'No reply came. What was recorded is safe; only this page could not be loaded.',
  detail_zh: '没有收到答复。已记录的数据不受影响，只是此页未能加载。',
  remedy: 'Check that "heng serve" is running and that this machine can reach it, then try again.',
  remedy_zh: '请确认 heng serve 正在运行且本机可以访问，然后重试。',
};

function unreadable(status: number): Problem {
  return {
    type: 'about:blank',
    title: 'The reply cannot be read',
    title_zh: '答复无法读取',
    status,
    detail: `The server answered with status ${status}, but not in the agreed form.`,
    detail_zh: `服务器返回状态 ${status}，但格式与约定不符。`,
    remedy: 'Check that the page and the server are of the same version, then try again.',
    remedy_zh: '请确认页面与服务器版本一致，然后重试。',
  };
}

/** The address of a reply, for fetching and for "download" links alike. */
export function urlOf<P extends GetPath>(request: Request<P>): string {
  const holes: Record<string, unknown> = { ...(request.at ?? {}) };
  const path = request.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(holes[name] ?? '')),
  );
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const search = params.toString();
  return `${BASE}${path}${search ? `?${search}` : ''}`;
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'remedy' in body;
}

export async function ask<P extends GetPath>(
  request: Request<P>,
  signal?: AbortSignal,
): Promise<ReplyOf<P>> {
  let response: Response;
  try {
    response = await fetch(urlOf(request), {
      headers: { Accept: 'application/json' },
      signal: signal ?? null,
    });
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new ProblemError(UNREACHABLE);
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new ProblemError(unreadable(response.status));
  }
  if (response.ok) return body as ReplyOf<P>;
  throw new ProblemError(isProblem(body) ? body : unreadable(response.status));
}

export interface Loaded<T> {
  /** The last reply; kept, and marked stale, while a newer one is on its way. */
  data: ShallowRef<T | null>;
  problem: ShallowRef<Problem | null>;
  /** True once the first reply has kept the reader waiting for 200 ms. */
  waiting: Ref<boolean>;
  stale: Ref<boolean>;
  reload: () => void;
}

const PATIENCE_MS = 200;

/** Loads a reply and loads it anew whenever the request changes; null asks nothing. */
export function useReply<P extends GetPath>(request: () => Request<P> | null): Loaded<ReplyOf<P>> {
  const data = shallowRef(null) as ShallowRef<ReplyOf<P> | null>;
  const problem = shallowRef<Problem | null>(null);
  const waiting = ref(false);
  const stale = ref(false);
  let running: AbortController | null = null;
  let timer: number | undefined;

  async function load(): Promise<void> {
    running?.abort();
    window.clearTimeout(timer);
    const asked = request();
    if (!asked) {
      data.value = null;
      problem.value = null;
      return;
    }
    const controller = new AbortController();
    running = controller;
    timer = window.setTimeout(() => {
      waiting.value = data.value === null;
      stale.value = data.value !== null;
    }, PATIENCE_MS);
    try {
      const reply = await ask(asked, controller.signal);
      data.value = reply;
      problem.value = null;
    } catch (fault) {
      if (controller.signal.aborted) return;
      data.value = null;
      problem.value = fault instanceof ProblemError ? fault.problem : unreadable(0);
    }
    window.clearTimeout(timer);
    waiting.value = false;
    stale.value = false;
  }

  watch(() => JSON.stringify(request()), load, { immediate: true });
  onScopeDispose(() => {
    running?.abort();
    window.clearTimeout(timer);
  });
  return { data, problem, waiting, stale, reload: () => void load() };
}
