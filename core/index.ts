/** What plugins and configurations may import from this package: types, and `defineConfig`. */

export type { Command as CliCommand, CommandContext, GlobalOptions } from './cli/command.ts';
export type { Clock, Time } from './clock.ts';
export type { ListedOption } from './config/option-list.ts';
export type { Problem } from './config/problem.ts';
export * from './config/types.ts';
export type {
  ConfigurationPort,
  DeviceEntry,
  ShownDevice,
  StoredDevice,
  StoredKind,
  Trial,
} from './configuration.ts';
export type { DecisionInputs, DecisionRecord, DecisionsPort, Lowering, Statement } from './cycle/decision.ts';
export type * from './cycle/replay.ts';
export type * from './devices.ts';
export type { ErrorCode, ErrorDetails, EvccError } from './errors.ts';
export type * from './events.ts';
export type { HistoryFilter, HistoryRow, HistoryStore } from './history.ts';
export type { Hooks, Stages } from './hooks.ts';
export type { PackageCase, PackageReport } from './loading/inspection.ts';
export type { LogEntry, Logger, LogLevel } from './log.ts';
export type * from './logins.ts';
export type * from './pages.ts';
export type { DeviceContext, Evcc, LoadedPlugin, Plugin, TypeDefinition, TypeRegistry } from './plugin.ts';
export type { QueriesPort, Query } from './queries.ts';
export type { Catalogue, ListedType } from './runtime/catalogue.ts';
export type { Decider } from './runtime/decider.ts';
export type { Runtime } from './runtime/runtime.ts';
export type * from './services.ts';
export type * from './settings.ts';
export type * from './site.ts';
export type { StateChange, StatePort, StateReader, StateScope, StateValue } from './state.ts';
export type { StateKey, StateKind, StateShape } from './state-keys.ts';
export type {
  MemoryStore,
  Session,
  SessionEdit,
  SessionStore,
  SettingsStore,
  Store,
  StoreCopy,
  StoredRows,
  StoredSession,
  StoredValue,
} from './store.ts';
export type { DeviceReading, SystemPort } from './system.ts';
