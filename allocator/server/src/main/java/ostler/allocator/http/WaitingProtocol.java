package ostler.allocator.http;

import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1 for thousands of connections that wait: Tomcat keeps all buffers of a request that
 * waits, by default 100 KB for each agent, so they are as small as what is mostly said. More goes
 * through them in several turns.
 */
public final class WaitingProtocol extends Http11NioProtocol {

  private static final int BUFFER_BYTES = 2048;

  /** Tomcat makes it by its name. */
  public WaitingProtocol() {
    setProperty("socket.appReadBufSize", Integer.toString(BUFFER_BYTES));
    setProperty("socket.appWriteBufSize", Integer.toString(BUFFER_BYTES));
  }

  @Override
  public int getDesiredBufferSize() {
    return BUFFER_BYTES;
  }
}
