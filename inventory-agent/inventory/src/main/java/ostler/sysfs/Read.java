package ostler.sysfs;

import java.util.Optional;
import java.util.function.Function;
import ostler.inventory.Problem;

/** The outcome of reading one attribute: a value, nothing there, or a failure with its reason. */
public sealed interface Read<T> {

  /** It was read, and it is this. */
  record Value<T>(T found) implements Read<T> {}

  /** There is no such attribute, or it says that it has no value. */
  record Absent<T>() implements Read<T> {}

  /**
   * It is there and could not be read, or it says what cannot be true.
   *
   * @param reason completes "could not be read: ..."
   */
  record Failed<T>(Problem.Code code, String reason) implements Read<T> {

    /** The same failure, where another type was wanted. */
    <U> Failed<U> as() {
      return new Failed<>(code, reason);
    }
  }

  static <T> Read<T> of(T value) {
    return new Value<>(value);
  }

  static <T> Read<T> absent() {
    return new Absent<>();
  }

  static <T> Read<T> failed(Problem.Code code, String reason) {
    return new Failed<>(code, reason);
  }

  /** A read that did not come back in time. */
  static <T> Read<T> timedOut(long deadlineMillis) {
    return failed(Problem.Code.ATTRIBUTE_TIMED_OUT, "no answer within " + deadlineMillis + " ms");
  }

  /** The value, if there is one; what else happened is lost, so ask for {@link #failure} too. */
  default Optional<T> value() {
    return this instanceof Value<T> value ? Optional.of(value.found()) : Optional.empty();
  }

  default Optional<Failed<T>> failure() {
    return this instanceof Failed<T> failed ? Optional.of(failed) : Optional.empty();
  }

  /** Goes on with the value, if there is one. */
  default <U> Read<U> then(Function<T, Read<U>> next) {
    if (this instanceof Value<T> value) {
      return next.apply(value.found());
    }
    return this instanceof Failed<T> failed ? failed.as() : absent();
  }

  default <U> Read<U> map(Function<T, U> change) {
    return then(value -> of(change.apply(value)));
  }
}
