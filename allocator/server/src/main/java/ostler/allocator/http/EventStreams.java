package ostler.allocator.http;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Trail.Event;
import ostler.inventory.ProjectId;
import tools.jackson.databind.json.JsonMapper;

/** Sends each new event to all who listen. */
public final class EventStreams {

  /** How often to look for new events. */
  public static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private static final int MAX_LISTENERS = 200;
  private static final int MAX_EVENTS_A_LOOK = 1000;

  /** A listener that hears nothing for this long is sent a comment, so that both know of a cut. */
  private static final Duration SIGN_OF_LIFE_EVERY = Duration.ofSeconds(15);

  /**
   * Ids are given before transactions end, so an event may come up behind a higher one. Looking
   * again this far back catches it.
   */
  private static final Duration LATE_BY_AT_MOST = Duration.ofSeconds(15);

  private final Desk desk;
  private final Clock clock;
  private final JsonMapper json;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param json writes an event before anything of it is sent: where sending fails, it is then
   *     known that the listener is gone, and not that the event could not be written
   */
  public EventStreams(Desk desk, Clock clock, JsonMapper json) {
    this.desk = desk;
    this.clock = clock;
    this.json = json;
  }

  /** One event as it is sent. */
  public record EventView(
      long id, Instant at, String kind, String object, String project, String detail) {
    static EventView of(Event event) {
      return new EventView(
          event.id(),
          event.at(),
          event.kind(),
          event.object(),
          event.project().map(ProjectId::value).orElse(null),
          event.detail());
    }
  }

  SseEmitter open(Optional<Long> last) {
    if (listeners.size() >= MAX_LISTENERS) {
      throw new BadInput("events", "has " + MAX_LISTENERS + " listeners, which is all it can take");
    }
    SseEmitter emitter = new SseEmitter(0L);
    Listener listener =
        new Listener(emitter, last.orElseGet(() -> desk.read(() -> desk.trail().newestEvent())));
    emitter.onCompletion(() -> listeners.remove(listener));
    emitter.onError(error -> listeners.remove(listener));
    listeners.add(listener);
    return emitter;
  }

  /** Sends what is new. */
  public void look() {
    Instant now = clock.instant();
    listeners.removeIf(listener -> !listener.hears(now));
  }

  private final class Listener {

    private final SseEmitter emitter;
    private final TreeSet<Long> sent = new TreeSet<>();
    private long settled;

    /**
     * Long ago at first: the answer's head goes out with the first word, so that one comes soon.
     */
    private Instant heard = Instant.EPOCH;

    Listener(SseEmitter emitter, long last) {
      this.emitter = emitter;
      this.settled = last;
    }

    /** Whether the listener could be told; it is gone otherwise, and so is its connection. */
    boolean hears(Instant now) {
      try {
        send(now);
        return true;
      } catch (IOException | IllegalStateException e) {
        return false;
      }
    }

    private void send(Instant now) throws IOException {
      List<Event> events = desk.read(() -> desk.trail().eventsAfter(settled, MAX_EVENTS_A_LOOK));
      boolean gapless = true;
      for (Event event : events) {
        if (sent.add(event.id())) {
          emitter.send(
              SseEmitter.event()
                  .id(Long.toString(event.id()))
                  .name(event.kind())
                  .data(json.writeValueAsString(EventView.of(event))));
          heard = now;
        }
        gapless &= event.at().plus(LATE_BY_AT_MOST).isBefore(now);
        if (gapless || events.size() == MAX_EVENTS_A_LOOK) {
          settled = event.id();
        }
      }
      sent.headSet(settled, true).clear();
      if (heard.plus(SIGN_OF_LIFE_EVERY).isBefore(now)) {
        emitter.send(SseEmitter.event().comment("still here"));
        heard = now;
      }
    }
  }
}
