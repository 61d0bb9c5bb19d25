/** A CPU profile as V8 writes it (.cpuprofile): a tree of calls, and which of them was running at each sample. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** Both counted from 0. */
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
}

/** Where a place of a program came from. `area` is what time is summed by; `own` is false for packages and Node itself. */
export interface Origin {
  readonly place: string;
  readonly area: string;
  readonly own: boolean;
}

/** Who used the time. All in microseconds. */
export interface ProfileSummary {
  /** All that was not idle. */
  readonly busy: number;
  /** Time in the function itself, most first. */
  readonly functions: readonly { readonly name: string; readonly place: string; readonly self: number }[];
  /** Time in the area itself, and with the packages and parts of Node that it called; most of the latter first. */
  readonly areas: readonly { readonly area: string; readonly self: number; readonly withCalled: number }[];
}

/** Sums a profile up. */
export function summarise(profile: CpuProfile, originOf: (url: string, line: number, column: number) => Origin): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const origins = new Map(profile.nodes.map(({ id, callFrame }) => [id, originOfFrame(callFrame, originOf)]));
  /** The nearest of our areas up the stack, so that what a package did is seen with who asked for it. */
  const responsible = (id: number): string => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const origin = origins.get(at);
      if (origin?.own) return origin.area;
    }
    return origins.get(id)?.area ?? '';
  };

  const functions = new Map<string, { name: string; place: string; self: number }>();
  const areas = new Map<string, { area: string; self: number; withCalled: number }>();
  const areaOf = (area: string): { self: number; withCalled: number } => {
    const known = areas.get(area) ?? { area, self: 0, withCalled: 0 };
    areas.set(area, known);
    return known;
  };
  let busy = 0;
  for (const [id, self] of selfTimes(profile)) {
    const origin = origins.get(id);
    const name = nodes.get(id)?.callFrame.functionName ?? '';
    if (!origin || name === '(idle)' || name === '(root)') continue;
    busy += self;
    const key = `${name} ${origin.place}`;
    const known = functions.get(key) ?? { name: name === '' ? '(anonymous)' : name, place: origin.place, self: 0 };
    known.self += self;
    functions.set(key, known);
    areaOf(origin.area).self += self;
    areaOf(responsible(id)).withCalled += self;
  }
  return {
    busy,
    functions: [...functions.values()].sort((one, other) => other.self - one.self),
    areas: [...areas.values()].sort((one, other) => other.withCalled - one.withCalled),
  };
}

/** A sample stands for the time until the next one. */
function selfTimes({ samples, timeDeltas }: CpuProfile): Map<number, number> {
  const times = new Map<number, number>();
  for (const [index, id] of samples.entries()) times.set(id, (times.get(id) ?? 0) + Math.max(0, timeDeltas[index + 1] ?? 0));
  return times;
}

function originOfFrame(
  { functionName, url, lineNumber, columnNumber }: ProfileNode['callFrame'],
  originOf: (url: string, line: number, column: number) => Origin,
): Origin {
  // Without an address: the garbage collector, native code, the engine itself.
  if (url === '') return { place: '', area: functionName.startsWith('(') ? functionName : 'native', own: false };
  return originOf(url, lineNumber, columnNumber);
}
