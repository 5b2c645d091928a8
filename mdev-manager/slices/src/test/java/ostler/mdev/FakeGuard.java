package ostler.mdev;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import ostler.inventory.ClaimId;
import ostler.root.Code;
import ostler.root.Layout;
import ostler.root.Outcome;
import ostler.root.PublishedSlice;
import ostler.root.Refusal;
import ostler.root.SliceList;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.LineChannel;
import ostler.wire.WireException;

/**
 * A guard that goes by the published list as the real one does, on a host whose vfio groups are not
 * there: it has what it is asked to take, unless somebody is said to have that open.
 */
final class FakeGuard implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Layout layout;
  private final ServerSocketChannel server;

  /** What it holds now. */
  final Set<UUID> held = ConcurrentHashMap.newKeySet();

  /** What somebody has open without showing it. */
  final Set<UUID> opened = ConcurrentHashMap.newKeySet();

  private FakeGuard(Layout layout, ServerSocketChannel server) {
    this.layout = layout;
    this.server = server;
  }

  static FakeGuard start(Path root) throws IOException {
    Layout layout = new Layout(root);
    Files.createDirectories(layout.guardFolder());
    Files.deleteIfExists(layout.guardSocket());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(layout.guardSocket().toString()));
    FakeGuard guard = new FakeGuard(layout, server);
    Thread thread = new Thread(guard::serve, "fake-guard");
    thread.setDaemon(true);
    thread.start();
    return guard;
  }

  private void serve() {
    while (server.isOpen()) {
      try (LineChannel line = new LineChannel(server.accept(), PATIENCE)) {
        line.write(sync(Json.read(line.read(), JsonLimits.MESSAGE, FakeGuard::slice)));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | WireException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static UUID slice(ostler.wire.JsonObject in) throws WireException {
    in.integer("v", 1, 1);
    in.text("ask");
    UUID slice = in.value("slice", text -> ClaimId.tryParse(text).map(ClaimId::value), "a UUID");
    in.done();
    return slice;
  }

  private String sync(UUID slice) {
    boolean wanted = published(slice).filter(PublishedSlice::isToBeGuarded).isPresent();
    boolean taken = wanted && !opened.contains(slice);
    if (taken) {
      held.add(slice);
    } else {
      held.remove(slice);
    }
    Optional<Refusal> problem =
        wanted && !taken
            ? Optional.of(new Refusal(Code.HELD, "Somebody else has it open."))
            : Optional.empty();
    return Json.write(
        out ->
            out.integer("v", 1)
                .bool("ok", true)
                .bool("guarded", taken)
                .object("problem", problem, Outcome::writeProblem));
  }

  private Optional<PublishedSlice> published(UUID slice) {
    try {
      return SliceList.find(layout).flatMap(list -> list.find(slice));
    } catch (Refusal e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(layout.guardSocket());
  }
}
