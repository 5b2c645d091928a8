package ostler.agent.privileged;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import ostler.inventory.SliceId;
import ostler.inventory.UnitJson;
import ostler.inventory.UnitProblem;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.LineChannel;
import ostler.wire.WireException;

/** The guard's socket: a cheap look at who has which group, without starting a program. */
public final class Guard {

  private static final JsonLimits LIMITS = new JsonLimits(LineChannel.MAX_BYTES, 16, 16 * 1024);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final String STATUS = "{\"v\":1,\"ask\":\"status\"}";

  /** The problem of a slice that is in root's books and not on the host. */
  private static final String NO_SLICE = "NO_SLICE";

  private final Path socket;

  /**
   * @param socket the guard's, as a rule {@code /run/ostler/guard.sock}
   */
  public Guard(Path socket) {
    this.socket = socket;
  }

  public GuardView status() {
    try {
      return Json.read(
          ask(),
          LIMITS,
          in ->
              new GuardView.Known(
                  in.list("groups", Guard::readGroup),
                  in.has("slices") ? in.list("slices", Guard::readSlice) : List.of()));
    } catch (IOException e) {
      return new GuardView.Unknown(
          "the guard does not answer at " + socket + ": " + e.getMessage());
    } catch (WireException e) {
      return new GuardView.Unknown("the guard's answer is none: " + e.getMessage());
    }
  }

  private byte[] ask() throws IOException {
    try (LineChannel line = LineChannel.to(socket, DEADLINE)) {
      line.write(STATUS);
      return line.read();
    }
  }

  private static GuardView.Group readGroup(JsonObject in) throws WireException {
    return readGroup(in, in.values("members", PciAddress::tryParse, "a PCI address"));
  }

  private static GuardView.Slice readSlice(JsonObject in) throws WireException {
    PciAddress parent = in.value("parent", PciAddress::tryParse, "a PCI address");
    GuardView.Group group =
        readGroup(
            in,
            List.of(
                in.optionalValue("function", PciAddress::tryParse, "a PCI address")
                    .orElse(parent)));
    boolean there = group.problem().filter(no -> no.code().equals(NO_SLICE)).isEmpty();
    return new GuardView.Slice(in.value("slice", SliceId::tryParse, "a UUID"), there, group);
  }

  private static GuardView.Group readGroup(JsonObject in, List<PciAddress> members)
      throws WireException {
    return new GuardView.Group(
        members,
        in.bool("guarded"),
        in.optionalObject("permit", permit -> permit.object("claim", UnitJson::readTenant)),
        in.list("holders", RootProgram::readHolder),
        in.bool("holders_known"),
        in.optionalObject(
            "problem",
            problem -> new UnitProblem(problem.text("code"), problem.text("message"), 0)));
  }
}
