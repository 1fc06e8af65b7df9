import type { PlanningRefusalCode } from './types.ts';

/** An input that cannot be planned; the details say where, what was found and what was wanted. */
export class PlanningRefusal extends Error {
  readonly code: PlanningRefusalCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: PlanningRefusalCode, details: Record<string, string | number>) {
    const facts = Object.entries(details).map(([name, value]) => `${name}: ${value}`);
    super(`${code} (${facts.join(', ')})`);
    this.name = 'PlanningRefusal';
    this.code = code;
    this.details = details;
  }
}

/** Refuses bad_number unless the value is finite and at least `minimum` (default 0). */
export function requireNumber(field: string, value: number, minimum = 0): void {
  if (Number.isFinite(value) && value >= minimum) return;
  const wanted = minimum === Number.NEGATIVE_INFINITY ? 'a finite number' : `≥ ${minimum}, finite`;
  throw new PlanningRefusal('bad_number', { field, found: String(value), wanted });
}

/** Refuses bad_service_level unless the level is a probability in (0,1): no level is replaced. */
export function requireLevel(field: string, level: number): void {
  if (level > 0 && level < 1) return;
  throw new PlanningRefusal('bad_service_level', {
    field,
    found: String(level),
    wanted: 'a probability in (0,1), such as 0.93',
  });
}
