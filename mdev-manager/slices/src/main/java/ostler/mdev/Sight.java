package ostler.mdev;

/** What is seen at a slice's place. */
enum Sight {
  /** Nothing. */
  ABSENT,
  /** The slice as the books have it. */
  THERE,
  /** The slice, made or removed halfway. */
  HALF,
  /** Something else: of another type, or on another device. */
  OTHER
}
