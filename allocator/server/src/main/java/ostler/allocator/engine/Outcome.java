package ostler.allocator.engine;

import java.util.function.Function;

/** Yes with a value, or no with a refusal: the expected answers, which are no exceptions. */
public sealed interface Outcome<T> {

  /** It was done. */
  record Done<T>(T value) implements Outcome<T> {}

  /** It was refused, and nothing was changed. */
  record Refused<T>(Refusal refusal) implements Outcome<T> {}

  static <T> Outcome<T> done(T value) {
    return new Done<>(value);
  }

  static <T> Outcome<T> refused(Refusal refusal) {
    return new Refused<>(refusal);
  }

  static <T> Outcome<T> refused(Code code, String message) {
    return new Refused<>(Refusal.of(code, message));
  }

  /** Goes on with the value, or keeps the refusal. */
  default <R> Outcome<R> then(Function<T, Outcome<R>> next) {
    if (this instanceof Done<T> done) {
      return next.apply(done.value());
    }
    return new Refused<>(((Refused<T>) this).refusal());
  }

  /**
   * The value of what cannot be refused.
   *
   * @throws IllegalStateException if it was refused all the same
   */
  default T orElseThrow() {
    if (this instanceof Done<T> done) {
      return done.value();
    }
    throw new IllegalStateException(((Refused<T>) this).refusal().message());
  }

  /** Another view of the value, or the same refusal. */
  default <R> Outcome<R> map(Function<T, R> view) {
    return then(value -> done(view.apply(value)));
  }
}
