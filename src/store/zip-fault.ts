import { RoboportError } from "../errors.ts";

/** What can be wrong with a zip: `data.reason` of every `ZIP_INVALID`. */
export type ZipFault =
  /** A folder, symbolic link, pipe or device. */
  | "not-a-file"
  /** No end record: something else, or cut off. */
  | "not-a-zip"
  /** One part of several. */
  | "multi-disk"
  /** The central directory is not what the end record says, or cannot be read. */
  | "directory"
  /** 64-bit fields that contradict the 32-bit ones or themselves. */
  | "zip64"
  | "too-many-entries"
  | "encrypted"
  /** Neither stored nor deflated. */
  | "method"
  /** Extra fields that cannot be read, or that give an entry a second name. */
  | "extra-field"
  /** What stands before an entry's data contradicts the central directory. */
  | "local-header"
  /** What stands after an entry's data contradicts the central directory. */
  | "data-descriptor"
  | "overlap"
  /** Bytes that belong to nothing: before, between or after the entries. */
  | "junk"
  /** Absolute, with `..`, or with a character no path has, such as a control character. */
  | "unsafe-name"
  /** A symbolic link or device, or a program that would run as somebody else. */
  | "special-entry"
  /** Two entries of one name, also by letter case or accents. */
  | "duplicate"
  /** A folder that holds bytes, or a file that holds files. */
  | "file-as-folder"
  /** Inflates to more than any mod would. */
  | "bomb"
  | "several-roots"
  /** A text the game reads cannot be inflated, fails its checksum, or is not as long as its headers say. */
  | "damaged"
  | "info-missing"
  | "info-too-large"
  /** Its bytes cannot be inflated or fail their checksum. */
  | "info-damaged"
  /** It is no info.json. */
  | "info-unreadable"
  /** It says its name, version, game or dependencies twice, and differently. */
  | "info-ambiguous"
  | "name-differs"
  | "version-differs";

/**
 * @param what the rest of the sentence "Cannot use this zip: …"
 */
export function zipInvalid(reason: ZipFault, what: string, cause?: unknown): RoboportError {
  return new RoboportError("ZIP_INVALID", `Cannot use this zip: ${what}`, {
    hint: "Download it again, choose another release, or ask the mod's author to pack it anew.",
    data: { reason },
    cause,
  });
}
