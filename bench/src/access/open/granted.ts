const NONE: readonly never[] = [];

/** Everything of everybody, in all months and of all units. */
export class Granted {
  constructor(readonly call: object) {}

  of(): readonly never[] {
    return NONE;
  }

  allows(): boolean {
    return true;
  }

  boundsOf(): readonly never[] {
    return NONE;
  }

  unitsOf(): readonly never[] {
    return NONE;
  }

  allowsOfAnybody(): boolean {
    return true;
  }
}
