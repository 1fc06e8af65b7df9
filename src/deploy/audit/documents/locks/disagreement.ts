/** One way in which a lockfile and a manifest do not agree. */
export interface Disagreement {
  readonly file: string;
  readonly line: number;
  readonly kind:
    | 'not locked'
    | 'no longer required'
    | 'other range'
    | 'other range, still satisfied';
  readonly name: string;
  readonly message: string;
}
