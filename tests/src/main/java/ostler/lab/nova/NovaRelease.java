package ostler.lab.nova;

/** A release of Nova that a suite of Debian has. */
enum NovaRelease {
  /** Before PCI in Placement. */
  BOOKWORM("26", "bookworm", "nova-cloud-1"),

  /** Before devices of one-time use. */
  TRIXIE("31", "trixie", "nova-cloud-31-1"),

  /** With PCI in Placement and devices of one-time use. */
  SID("34", "sid", "nova-cloud-34-1");

  /** What its version begins with. */
  final String number;

  /** The suite of Debian that has it, by its code name. */
  final String suite;

  /** The folder in the cache; another set of packages needs another one. */
  final String folder;

  NovaRelease(String number, String suite, String folder) {
    this.number = number;
    this.suite = suite;
    this.folder = folder;
  }
}
