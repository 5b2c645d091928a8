package ostler.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * One client's line to a server: HTTP/1.1, kept open where the server keeps it open. It is as small
 * as can be, so that the clients take little from what they measure.
 */
final class HttpLine implements Closeable {

  private static final int CONNECT_MILLIS = 10_000;
  private static final int ANSWER_MILLIS = 60_000;
  private static final int MAX_LINE_BYTES = 16 * 1024;

  private final int port;
  private final String headers;
  private final boolean keepsOpen;
  private Socket socket = new Socket();
  private InputStream in = InputStream.nullInputStream();

  /**
   * @param headers sent with each request
   * @param keepsOpen whether the server keeps the line open; uwsgi hangs up without a word
   */
  HttpLine(int port, Map<String, String> headers, boolean keepsOpen) {
    this.port = port;
    this.keepsOpen = keepsOpen;
    StringBuilder all = new StringBuilder("Host: 127.0.0.1:" + port + "\r\n");
    if (!keepsOpen) {
      all.append("Connection: close\r\n");
    }
    headers.forEach((name, value) -> all.append(name).append(": ").append(value).append("\r\n"));
    this.headers = all.toString();
  }

  /** What was answered. */
  record Answer(int status, String body) {}

  Answer call(String method, String path, String body) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\n"
            + headers
            + (content.length > 0 ? "Content-Type: application/json\r\n" : "")
            + "Content-Length: "
            + content.length
            + "\r\n\r\n";
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(head.getBytes(StandardCharsets.ISO_8859_1));
    message.write(content);
    if (!socket.isConnected() || socket.isClosed()) {
      connect();
    }
    OutputStream out = socket.getOutputStream();
    out.write(message.toByteArray());
    out.flush();
    return read();
  }

  private void connect() throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(ANSWER_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private Answer read() throws IOException {
    String[] status = line().split(" ");
    int length = -1;
    boolean chunked = false;
    boolean close = status[0].equals("HTTP/1.0");
    for (String header = line(); !header.isEmpty(); header = line()) {
      String small = header.toLowerCase(Locale.ROOT);
      if (small.startsWith("content-length:")) {
        length = Integer.parseInt(small.substring(small.indexOf(':') + 1).strip());
      }
      chunked |= small.startsWith("transfer-encoding:") && small.contains("chunked");
      close |= small.startsWith("connection:") && small.contains("close");
    }
    int code = Integer.parseInt(status[1]);
    // A server that says nothing about the length ends the body by hanging up.
    boolean toTheEnd = !chunked && length < 0 && hasBody(code);
    byte[] body;
    if (chunked) {
      body = chunks();
    } else {
      body = toTheEnd ? in.readAllBytes() : in.readNBytes(Math.max(0, length));
    }
    if (close || toTheEnd || !keepsOpen) {
      socket.close();
    }
    return new Answer(code, new String(body, StandardCharsets.UTF_8));
  }

  private static boolean hasBody(int code) {
    return code != 204 && code != 304;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(line()); size > 0; size = size(line())) {
      body.write(in.readNBytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private static int size(String line) {
    return Integer.parseInt(line.split(";")[0].strip(), 16);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.size() > MAX_LINE_BYTES) {
        throw new IOException("the server on port " + port + " hung up in mid answer");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
