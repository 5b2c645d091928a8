package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ostler.inventory.Fence;
import ostler.inventory.ResetChoice;
import ostler.root.Authority;
import ostler.root.OpId;
import ostler.root.Reason;

/** Requests made by hand are the same requests. */
class CommandLineTest {

  private static final OpId OP = new OpId(new UUID(1, 2));

  private static Request request(String words) {
    return new CommandLine(words.split(" ")).request(OP);
  }

  @Test
  void aResetWithAFence() {
    Request request = request("reset 0000:01:00.0 0000:01:00.1 --method flr --fence 1.17");
    assertEquals(Caller.GPU, request.members().orElseThrow());
    assertEquals(Optional.of(ResetChoice.FLR), request.reset());
    assertEquals(new Authority.Fenced(new Fence(1, 17)), request.order().authority());
  }

  @Test
  void aBindByAnOperator() {
    Request request = request("bind 0000:03:00.0 --offline --reason maintenance");
    assertEquals(new Authority.Offline(new Reason("maintenance")), request.order().authority());
  }

  @Test
  void questionsNeedNothingElse() {
    assertEquals(Verb.HOLDERS, request("holders 0000:03:00.0").verb());
    assertEquals(Verb.STATE, request("state").verb());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format 0000:03:00.0",
        "bind",
        "bind 0000:03:00.0",
        "bind /dev/sda --fence 1.1",
        "bind 0000:03:00.0 --offline",
        "bind 0000:03:00.0 --reason only",
        "bind 0000:03:00.0 --fence 17",
        "bind 0000:03:00.0 --fence",
        "bind 0000:03:00.0 --force --fence 1.1",
        "permit 0000:03:00.0 --fence 1.1"
      })
  void whatIsWrongIsSaid(String words) {
    assertThrows(IllegalArgumentException.class, () -> request(words));
  }
}
