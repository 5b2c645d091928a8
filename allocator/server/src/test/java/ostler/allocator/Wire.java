package ostler.allocator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A network between an allocator and its database, which a test can cut in two ways. */
final class Wire implements AutoCloseable {

  private static final int BUFFER_BYTES = 8192;

  private final int target;
  private final ServerSocket door;
  private final List<Socket> open = new ArrayList<>();
  private State state = State.WHOLE;

  /** How the network is. */
  private enum State {
    WHOLE,
    /** Who calls is refused, and who was connected hears of the end. */
    CUT,
    /** Nobody hears anything any more, not even of an end. */
    SILENT
  }

  private Wire(int target, ServerSocket door) {
    this.target = target;
    this.door = door;
  }

  static Wire to(int target) throws IOException {
    Wire wire = new Wire(target, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    daemon(wire::accept);
    return wire;
  }

  int port() {
    return door.getLocalPort();
  }

  synchronized void cut() throws IOException {
    state = State.CUT;
    closeAll();
  }

  synchronized void silence() {
    state = State.SILENT;
  }

  synchronized void mend() throws IOException {
    state = State.WHOLE;
    // What was said into the silence is lost, and with it the conversation.
    closeAll();
    notifyAll();
  }

  @Override
  public synchronized void close() throws IOException {
    state = State.CUT;
    door.close();
    closeAll();
    notifyAll();
  }

  private void closeAll() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        connect(door.accept());
      } catch (IOException e) {
        if (!door.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private synchronized void connect(Socket caller) throws IOException {
    if (state == State.CUT) {
      caller.close();
      return;
    }
    Socket called = new Socket(InetAddress.getLoopbackAddress(), target);
    open.add(caller);
    open.add(called);
    daemon(() -> carry(caller, called));
    daemon(() -> carry(called, caller));
  }

  private void carry(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        awaitSound();
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // One side hung up, and so does the other.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void awaitSound() throws InterruptedException {
    while (state == State.SILENT) {
      wait();
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
  }
}
