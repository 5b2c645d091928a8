package ostler.agent.privileged;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import ostler.inventory.SliceId;
import ostler.inventory.UnitJson;
import ostler.inventory.UnitProblem;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/** The guard's socket: a cheap look at who has which group, without starting a program. */
public final class Guard {

  private static final JsonLimits LIMITS = new JsonLimits(4 * 1024 * 1024, 16, 16 * 1024);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final byte[] STATUS =
      "{\"v\":1,\"ask\":\"status\"}\n".getBytes(StandardCharsets.UTF_8);

  /** The problem of a slice that is in root's books and not on the host. */
  private static final String NO_SLICE = "NO_SLICE";

  private final Path socket;
  private final LongSupplier nanoTime;

  /**
   * @param socket the guard's, as a rule {@code /run/ostler/guard.sock}
   * @param nanoTime a clock that never jumps
   */
  public Guard(Path socket, LongSupplier nanoTime) {
    this.socket = socket;
    this.nanoTime = nanoTime;
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
    long end = nanoTime.getAsLong() + DEADLINE.toNanos();
    try (Selector selector = Selector.open();
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      ByteBuffer request = ByteBuffer.wrap(STATUS);
      channel.write(request);
      if (request.hasRemaining()) {
        throw new IOException("it does not take the question");
      }
      return readLine(channel, selector, end);
    }
  }

  private byte[] readLine(SocketChannel channel, Selector selector, long end) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    while (line.size() <= LIMITS.maxBytes()) {
      long millis = TimeUnit.NANOSECONDS.toMillis(end - nanoTime.getAsLong());
      if (millis <= 0) {
        throw new IOException("no answer within " + DEADLINE.toSeconds() + " s");
      }
      selector.select(millis);
      selector.selectedKeys().clear();
      int read = channel.read(buffer.clear());
      line.write(buffer.array(), 0, Math.max(read, 0));
      if (read < 0 || (read > 0 && buffer.get(read - 1) == '\n')) {
        return line.toByteArray();
      }
    }
    throw new IOException("its answer is longer than " + LIMITS.maxBytes() + " bytes");
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
