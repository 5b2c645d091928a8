package ostler.simulation;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.core.NestedRuntimeException;

/** Between callers and allocators: calls and answers under way, in no order. */
final class Network {

  private final Baton baton;
  private final List<Call<?>> requests = new ArrayList<>();
  private final List<Answer<?>> answers = new ArrayList<>();
  private final List<Call<?>> waiting = new ArrayList<>();

  Network(Baton baton) {
    this.baton = baton;
  }

  /** One call of somebody's, which waits for one answer. */
  static final class Call<T> {

    private final String name;
    private final Function<AllocatorProcess, T> work;
    private Optional<T> answer = Optional.empty();
    private boolean lost;

    /** How many messages of it are under way. */
    private int underWay;

    /** Those who work on it for some allocator. */
    private final List<Baton.Strand> servants = new ArrayList<>();

    Call(String name, Function<AllocatorProcess, T> work) {
      this.name = name;
      this.work = work;
    }

    boolean isOver() {
      return answer.isPresent()
          || lost
          || (underWay == 0 && servants.stream().allMatch(Baton.Strand::isOver));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Calls some allocator, and waits for its answer; empty where none comes. */
  <T> Optional<T> call(String name, Function<AllocatorProcess, T> work) {
    Call<T> call = new Call<>(name, work);
    send(call);
    waiting.add(call);
    try {
      baton.await("an answer to " + name, call::isOver);
    } finally {
      waiting.remove(call);
    }
    return call.answer;
  }

  private void send(Call<?> call) {
    requests.add(call);
    call.underWay++;
  }

  List<Call<?>> requests() {
    return requests;
  }

  List<Call<?>> waiting() {
    return waiting;
  }

  int answers() {
    return answers.size();
  }

  /** A request reaches an allocator. */
  void deliver(Call<?> call, AllocatorProcess to) {
    drop(call);
    serve(call, to);
  }

  /** A request reaches an allocator, and will do so again. */
  void deliverAndKeep(Call<?> call, AllocatorProcess to) {
    serve(call, to);
  }

  void drop(Call<?> call) {
    requests.remove(call);
    call.underWay--;
  }

  /** Its caller has waited long enough; what is under way goes on. */
  void giveUp(Call<?> call) {
    call.lost = true;
  }

  void deliverAnswer(int number) {
    answers.remove(number).arrive();
  }

  /** An answer goes nowhere; its caller gives up. */
  void dropAnswer(int number) {
    Answer<?> dropped = answers.remove(number);
    dropped.call().underWay--;
  }

  /** An answer on its way. */
  private record Answer<T>(Call<T> call, T value) {

    void arrive() {
      call.underWay--;
      call.answer = Optional.of(value);
    }
  }

  private <T> void serve(Call<T> call, AllocatorProcess allocator) {
    call.servants.add(
        baton.start(allocator + " serves " + call, allocator, () -> work(call, allocator)));
  }

  private <T> void work(Call<T> call, AllocatorProcess allocator) {
    try {
      T value = call.work.apply(allocator);
      answers.add(new Answer<>(call, value));
      call.underWay++;
    } catch (NestedRuntimeException e) {
      if (!isCut(e)) {
        throw e;
      }
    }
  }

  /** Whether it is the answer that somebody gets whose allocator has lost its database. */
  static boolean isCut(NestedRuntimeException e) {
    return e.getMostSpecificCause() instanceof SQLException cause
        && cause.getSQLState() != null
        && cause.getSQLState().startsWith("08");
  }
}
