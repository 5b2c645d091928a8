package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.cli.EventStream.Event;

final class EventStreamTest {

  private static EventStream stream(String text) {
    return new EventStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anEventIsItsDataLinesAndItsId() throws IOException {
    EventStream stream = stream("id: 7\nevent: x\ndata: a\ndata:b\n\n: alive\n\ndata: c\r\n\r\n");
    assertEquals(Optional.of(new Event(Optional.of("7"), "a\nb")), stream.next());
    assertEquals(Optional.of(new Event(Optional.empty(), "c")), stream.next());
    assertEquals(Optional.empty(), stream.next());
  }

  @Test
  void anEventCutOffByTheStreamsEndIsNone() throws IOException {
    assertEquals(Optional.empty(), stream("id: 7\ndata: a\n").next());
  }

  @Test
  void anEventWithoutEndIsRefused() {
    assertThrows(
        IOException.class, stream("data: aaaaaaaaaaaaaaaaaaaaaaaa\n".repeat(50_000))::next);
  }
}
