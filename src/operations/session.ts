import type { BuiltIn } from "../game/built-ins.ts";
import type { Version } from "../game/version.ts";
import type { Installation } from "../installation/installation.ts";
import type { Portal } from "../portal/client.ts";
import type { ServiceOptions } from "../portal/context.ts";
import type { ServiceName } from "../portal/contract/endpoint.ts";
import type { Credentials } from "../portal/credentials.ts";
import type { PortalEvent } from "../portal/events.ts";
import type { OwnerPolicy } from "../store/ownership.ts";
import type { Store } from "../store/blob-store.ts";
import type { Digests } from "../store/digest.ts";
import type { StoreEvent } from "../store/events.ts";

/** Everything that happens on the way, for whoever shows it. */
export type SessionEvent = PortalEvent | StoreEvent | NoticeEvent;

/** Something worth telling that stops nothing. */
export interface NoticeEvent {
  readonly kind: "notice";
  readonly text: string;
}

/** The game an installation is for. */
export interface Game {
  readonly version: Version;
  /** What ships with it, switched on or not. */
  readonly builtIns: readonly BuiltIn[];
  /** True when the command line chose another version than the installation or roboport.json say. */
  readonly isChosen: boolean;
}

/** One run of one command: where it works, whom it asks, and whom it tells. Made by `openSession`. */
export interface Session {
  /** @throws {RoboportError} `NO_INSTALLATION` */
  installation(): Promise<Installation>;
  /** @throws {RoboportError} `NO_INSTALLATION`, `NO_GAME_VERSION` */
  game(): Promise<Game>;
  /** Forget what was found of the installation and its game: another game has taken its place. */
  lookAgain(): void;
  /**
   * The portals to ask for metadata, first wins: those of the command line, else those of the environment, else
   * the manifest's own, else the official one.
   */
  portals(manifest?: readonly string[]): Promise<readonly Portal[]>;
  /**
   * The same with credentials, each tested.
   *
   * @throws {RoboportError} `CREDENTIALS_REFUSED` naming where they came from.
   */
  downloadPortals(manifest?: readonly string[]): Promise<readonly Portal[]>;
  store(): Store;
  /** What a client of a sister service of the first portal is made of: the official ones for the official portal, else that portal itself. */
  service(name: ServiceName, account?: Credentials): ServiceOptions;
  /** The one portal this account is for. */
  portalFor(account: Credentials): Promise<Portal>;
  /** Credentials that were found, first wins, with where they came from. */
  credentials(): Promise<readonly Credentials[]>;
  /** Where `login` keeps credentials. */
  readonly configDir: string;
  /** Digests computed in this run, by file name and look. */
  readonly digests: Map<string, Pick<Digests, "sha1" | "sha256">>;
  readonly owner: OwnerPolicy;
  readonly clock: () => Date;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  readonly signal: AbortSignal;
  readonly emit: (event: SessionEvent) => void;
  /** True when nothing may be asked over the network. */
  readonly offline: boolean;
  /** Downloads at the same time. */
  readonly jobs: number | undefined;
  /** Take the lock from an owner on another machine, which cannot be asked whether it lives. */
  readonly breakLock: boolean;
}
