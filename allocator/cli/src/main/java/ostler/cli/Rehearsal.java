package ostler.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs usual commands against a stand-in for an allocator inside this JVM, so that the JDK can note
 * which classes they need and keep them ready in a class-data archive. Started by the launcher; it
 * reaches nothing outside, prints nothing, and decides nothing.
 */
public final class Rehearsal {

  private static final int MAX_REQUEST_BYTES = 64 * 1024;
  private static final String ID = "00000000-0000-4000-8000-000000000000";

  private static final List<String> COMMANDS =
      List.of(
          "unit list",
          "unit show " + ID,
          "unit list -o json -c id",
          "unit list -o csv",
          "host list -o yaml",
          "device tree --host h",
          "quota show p",
          "claim list",
          "claim create --project p --alias a --consumer s:t:i --wait",
          "claim release --yes " + ID,
          "claim show nowhere",
          "host show absent");

  /** Enough of every noun for any command to print it. */
  private static final String THING =
      "{\"id\":\""
          + ID
          + "\",\"host\":\"h\",\"state\":\"ready\",\"since\":\"2026-01-02T03:04:05Z\","
          + "\"available\":true,\"numa_node\":0,\"group\":1,\"address\":\"0000:01:00.0\","
          + "\"members\":[{\"address\":\"0000:01:00.0\",\"name\":\"n\"}],\"fence\":{\"epoch\":1,"
          + "\"number\":1},\"consumer\":{\"source\":\"s\",\"type\":\"t\",\"id\":\"i\"}}";

  private static final String PROBLEM =
      "{\"title\":\"t\",\"status\":404,\"code\":\"UNKNOWN_HOST\",\"detail\":\"d\",\"reasons\":[]}";

  private Rehearsal() {}

  public static void main(String[] args) throws IOException {
    try (ServerSocket allocator = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answerAll(allocator));
      answering.setDaemon(true);
      answering.start();
      Map<String, String> environment = new HashMap<>(System.getenv());
      environment.put("OSTLER_URL", "http://127.0.0.1:" + allocator.getLocalPort());
      Terminal nowhere =
          new Terminal(
              new ByteArrayInputStream(new byte[0]),
              OutputStream.nullOutputStream(),
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
              Set.of(Terminal.Stream.OUT));
      Cli cli = new Cli(Main.surroundings(environment, nowhere));
      for (String command : COMMANDS) {
        cli.run(command.split(" "));
      }
    }
  }

  private static void answerAll(ServerSocket allocator) {
    boolean going = true;
    while (going) {
      going = answerNext(allocator);
    }
  }

  /** Answers one call; false when the rehearsal is over. */
  private static boolean answerNext(ServerSocket allocator) {
    try (Socket caller = allocator.accept()) {
      caller.getOutputStream().write(answer(request(caller.getInputStream())));
      return true;
    } catch (IOException e) {
      return !allocator.isClosed();
    }
  }

  /** A request's first line and headers; its body, if any, is in the same packet or not needed. */
  private static String request(InputStream in) throws IOException {
    byte[] bytes = new byte[MAX_REQUEST_BYTES];
    int length = 0;
    String text = "";
    while (!text.contains("\r\n\r\n") && length < bytes.length) {
      int count = in.read(bytes, length, bytes.length - length);
      if (count < 0) {
        break;
      }
      length += count;
      text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
    return text;
  }

  /** Only lists are asked for with a query. */
  private static byte[] answer(String request) {
    String target = request.substring(request.indexOf(' ') + 1);
    boolean absent = target.startsWith("/v1/hosts/absent");
    boolean list = target.substring(0, target.indexOf(' ')).contains("?");
    String body = absent ? PROBLEM : list ? "{\"items\":[" + THING + "],\"next\":null}" : THING;
    return ("HTTP/1.1 "
            + (absent ? "404 Not Found" : "200 OK")
            + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }
}
