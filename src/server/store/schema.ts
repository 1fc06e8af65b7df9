import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/**
 * The tables as Kysely sees them; migrations/ is the source. Numerics arrive as numbers (at most 18
 * digits of which 4 decimals, exact in a double up to 10^11 units), dates as 'YYYY-MM-DD', instants as Date.
 * Exact money is read with a cast to text.
 */
type Instant = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableInstant = ColumnType<
  Date | null,
  Date | string | null | undefined,
  Date | string | null
>;
// biome-ignore lint/suspicious/noExplicitAny: jsonb columns are checked where they are read
type Json = JSONColumnType<any>;
// biome-ignore lint/suspicious/noExplicitAny: as above
type NullableJson = ColumnType<any, string | null | undefined, string | null>;
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;
type WithDefault<T> = ColumnType<T, T | undefined, T>;

export type Role = 'admin' | 'planner' | 'viewer';
export type SetupState = 'pending' | 'running' | 'completed' | 'failed';
export type RunState = 'queued' | 'running' | 'completed' | 'cancelled' | 'failed';
export type ProposalState = 'open' | 'accepted' | 'dismissed' | 'superseded';
export type OrderState = 'draft' | 'confirmed' | 'part_received' | 'received' | 'cancelled';
export type ImportKind = 'products' | 'suppliers' | 'terms' | 'stock' | 'sales' | 'promotions';
export type ImportState =
  | 'uploading'
  | 'checking'
  | 'checked'
  | 'refused'
  | 'committing'
  | 'committed'
  | 'cancelled'
  | 'failed';

export interface Schema {
  setup_status: {
    id: Generated<number>;
    state: WithDefault<SetupState>;
    step: Optional<string>;
    program_version: string;
    started_at: NullableInstant;
    finished_at: NullableInstant;
    error: NullableJson;
    link_token_hash: Optional<string>;
    link_expires_at: NullableInstant;
  };
  tenants: {
    id: Generated<string>;
    name: string;
    currency: string;
    demo_data: WithDefault<boolean>;
    created_at: Instant;
    scratch_expires_at: NullableInstant;
  };
  deploys: {
    id: string;
    destination: string;
    started_at: Instant;
    record: Json;
    recorded_at: Instant;
  };
  users: {
    id: Generated<string>;
    tenant_id: string;
    email: string;
    password_hash: string;
    role: Role;
    created_at: Instant;
    disabled_at: NullableInstant;
  };
  sessions: {
    token_hash: string;
    tenant_id: string;
    user_id: string;
    created_at: Instant;
    expires_at: Date;
  };
  api_keys: {
    id: Generated<string>;
    tenant_id: string;
    name: string;
    role: Role;
    prefix: string;
    key_hash: string;
    created_by: Optional<string>;
    created_at: Instant;
    last_used_at: NullableInstant;
    revoked_at: NullableInstant;
  };
  audit_log: {
    id: Generated<number>;
    tenant_id: string;
    actor: string;
    action: string;
    subject: string;
    details: Json;
    at: Instant;
  };
  products: {
    id: Generated<number>;
    tenant_id: string;
    sku: string;
    name: string;
    category: Optional<string>;
    brand: Optional<string>;
    unit: WithDefault<string>;
    unit_decimals: WithDefault<number>;
    unit_cost: Optional<number>;
    unit_price: Optional<number>;
    currency: Optional<string>;
    service_level: WithDefault<number>;
    active: WithDefault<boolean>;
    made_up: WithDefault<boolean>;
    updated_at: Instant;
  };
  suppliers: {
    id: Generated<number>;
    tenant_id: string;
    code: string;
    name: string;
    email: Optional<string>;
    currency: Optional<string>;
    working_weekdays: WithDefault<number[]>;
    made_up: WithDefault<boolean>;
    updated_at: Instant;
  };
  product_suppliers: {
    tenant_id: string;
    product_id: number;
    supplier_id: number;
    lead_time_days: number;
    lead_time_sd_days: WithDefault<number>;
    review_period_days: WithDefault<number>;
    minimum_order_quantity: Optional<number>;
    order_multiple: Optional<number>;
    maximum_order_quantity: Optional<number>;
    unit_cost: Optional<number>;
    currency: Optional<string>;
    preferred: WithDefault<boolean>;
    made_up: WithDefault<boolean>;
    updated_at: Instant;
  };
  stock: {
    tenant_id: string;
    product_id: number;
    on_hand: number;
    committed: WithDefault<number>;
    backorders: WithDefault<number>;
    counted_on: string;
    made_up: WithDefault<boolean>;
    updated_at: Instant;
  };
  stock_movements: {
    id: Generated<number>;
    tenant_id: string;
    product_id: number;
    kind: 'count' | 'receipt';
    quantity: number;
    on_hand_after: number;
    reference: Optional<string>;
    at: Instant;
  };
  demand_daily: {
    tenant_id: string;
    product_id: number;
    date: string;
    units: number;
    promotion: Optional<boolean>;
    in_stock: Optional<boolean>;
  };
  promotions: {
    id: Generated<number>;
    tenant_id: string;
    product_id: number;
    first_day: string;
    last_day: string;
    name: Optional<string>;
    made_up: WithDefault<boolean>;
    updated_at: Instant;
  };
  imports: {
    id: Generated<string>;
    tenant_id: string;
    kind: ImportKind;
    file_name: string;
    file_bytes: Optional<number>;
    file_sha256: Optional<string>;
    options: Json;
    state: ImportState;
    dialect: NullableJson;
    rows_total: WithDefault<number>;
    rows_new: WithDefault<number>;
    rows_changed: WithDefault<number>;
    rows_same: WithDefault<number>;
    rows_bad: WithDefault<number>;
    refusal: NullableJson;
    created_by: Optional<string>;
    created_at: Instant;
    finished_at: NullableInstant;
  };
  import_errors: {
    id: Generated<number>;
    tenant_id: string;
    import_id: string;
    line: number;
    column_name: Optional<string>;
    code: string;
    found: Optional<string>;
    remedy: string;
  };
  forecast_runs: {
    id: Generated<string>;
    tenant_id: string;
    state: RunState;
    as_of: string;
    horizon_days: number;
    options: Json;
    engine_version: string;
    series_total: WithDefault<number>;
    series_done: WithDefault<number>;
    series_refused: WithDefault<number>;
    cancel_requested: WithDefault<boolean>;
    attempts: WithDefault<number>;
    requested_by: string;
    methods: ColumnType<Record<string, number>, string | undefined, string>;
    error: NullableJson;
    created_at: Instant;
    started_at: NullableInstant;
    finished_at: NullableInstant;
  };
  forecast_chunks: {
    tenant_id: string;
    run_id: string;
    chunk_no: number;
    product_ids: number[];
    done_at: NullableInstant;
  };
  forecasts: {
    tenant_id: string;
    run_id: string;
    product_id: number;
    origin: string;
    refusal_code: Optional<string>;
    refusal_details: NullableJson;
    method: Optional<string>;
    reason: Optional<string>;
    reason_data: NullableJson;
    demand_class: Optional<string>;
    scores: NullableJson;
    mean: Optional<number[]>;
    levels: Optional<number[]>;
    quantiles: Optional<number[]>;
    window_levels: Optional<number[]>;
    window_means: Optional<number[]>;
    window_quantiles: Optional<number[]>;
  };
  forecast_accuracy: {
    tenant_id: string;
    run_id: string;
    product_id: number;
    periods: number;
    through: string;
    actual_units: number;
    forecast_units: number;
    absolute_error: number;
    naive_absolute_error: Optional<number>;
    mase: Optional<number>;
    inside80: number;
    evaluated_at: Instant;
  };
  order_proposals: {
    id: Generated<string>;
    tenant_id: string;
    run_id: Optional<string>;
    product_id: number;
    supplier_id: number;
    as_of: string;
    state: ProposalState;
    quantity: number;
    decided_quantity: Optional<number>;
    reason: Optional<string>;
    unit_cost: Optional<number>;
    currency: Optional<string>;
    method: string;
    reorder_point: number;
    safety_stock: number;
    order_up_to: number;
    stock_position: number;
    days_of_cover: Optional<number>;
    stock_out_on: Optional<string>;
    expected_receipt: Optional<string>;
    urgency: string;
    warnings: Json;
    /** JSON of the steps. */
    trace: string;
    decided_by: Optional<string>;
    decided_at: NullableInstant;
    purchase_order_line_id: Optional<number>;
    created_at: Instant;
  };
  planning_refusals: {
    tenant_id: string;
    product_id: number;
    code: string;
    details: Json;
  };
  purchase_orders: {
    id: Generated<number>;
    tenant_id: string;
    number: string;
    supplier_id: number;
    state: OrderState;
    currency: Optional<string>;
    note: Optional<string>;
    created_by: string;
    created_at: Instant;
    confirmed_at: NullableInstant;
    confirmed_on: Optional<string>;
    closed_at: NullableInstant;
  };
  purchase_order_lines: {
    id: Generated<number>;
    tenant_id: string;
    purchase_order_id: number;
    product_id: number;
    quantity: number;
    received: WithDefault<number>;
    unit_cost: Optional<number>;
    expected_on: Optional<string>;
  };
  receipts: {
    id: Generated<number>;
    tenant_id: string;
    purchase_order_line_id: number;
    request_id: string;
    quantity: number;
    received_on: string;
    recorded_by: string;
    recorded_at: Instant;
  };
}
