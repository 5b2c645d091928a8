package ostler.allocator.store;

/** Somebody was first; the whole transaction is to be tried again. It never leaves this package. */
final class Contended extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Contended(String what) {
    super(what, null, false, false);
  }
}
