package ostler.allocator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.BeansException;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code ostler up}: starts an allocator and says where it is; and {@code ostler db}. */
public final class Main {

  private static final int BAD_USAGE = 2;
  private static final int CANNOT_START = 1;

  private Main() {}

  /** Runs until it is stopped. */
  public static void main(String[] args) {
    List<String> arguments = List.of(args);
    if (arguments.size() > 0 && arguments.get(0).equals("db")) {
      lookAfterDatabase(arguments.subList(1, arguments.size()));
      return;
    }
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(Options.HELP);
      return;
    }
    try {
      Options options = Options.parse(arguments, Path.of(System.getProperty("user.home")));
      Running running = start(options);
      System.err.println(
          "ostler: ready at "
              + running.url()
              + ", data in "
              + options.data().toAbsolutePath().normalize()
              + ", admin token in "
              + running.tokenFile());
    } catch (Options.BadOption e) {
      System.err.println("ostler up: " + e.getMessage());
      System.exit(BAD_USAGE);
    } catch (IOException e) {
      System.err.println("ostler up: " + e.getMessage());
      System.exit(CANNOT_START);
    } catch (BeansException | WebServerException e) {
      System.err.println("ostler up: " + sentence(e).orElseThrow(() -> e));
      System.exit(CANNOT_START);
    }
  }

  private static void lookAfterDatabase(List<String> words) {
    try {
      DatabaseCommand.run(
          words,
          new DatabaseCommand.Surroundings(
              Path.of(System.getProperty("user.home")),
              databasePassword(),
              UUID::randomUUID,
              System.out));
    } catch (Options.BadOption e) {
      System.err.println("ostler db: " + e.getMessage());
      System.exit(BAD_USAGE);
    } catch (IOException e) {
      System.err.println("ostler db: " + e.getMessage());
      System.exit(CANNOT_START);
    }
  }

  /** Of the PostgreSQL database; on a command line everybody could read it. */
  static String databasePassword() {
    return Optional.ofNullable(System.getenv("OSTLER_JDBC_PASSWORD")).orElse("");
  }

  /** What an operator can do something about is found in the causes; the rest is a bug. */
  private static Optional<String> sentence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PortInUseException port) {
        return Optional.of(
            "port " + port.getPort() + " is taken; stop who has it, or give another --port");
      }
      if (cause instanceof IOException) {
        return Optional.of(cause.getMessage());
      }
    }
    return Optional.empty();
  }

  /** A started allocator. */
  record Running(ConfigurableApplicationContext context, String url, Path tokenFile)
      implements AutoCloseable {
    @Override
    public void close() {
      context.close();
    }
  }

  static Running start(Options options) throws IOException {
    DataFolder folder = DataFolder.open(options.data());
    SpringApplication application = new SpringApplication(Wiring.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setDefaultProperties(properties(options));
    application.addInitializers(
        context -> {
          context.getBeanFactory().registerSingleton("options", options);
          context.getBeanFactory().registerSingleton("dataFolder", folder);
        });
    ConfigurableApplicationContext context = application.run();
    int port = ((WebServerApplicationContext) context).getWebServer().getPort();
    String scheme = options.tls().isPresent() ? "https" : "http";
    String address = options.listen().getHostAddress();
    String host = address.contains(":") ? "[" + address + "]" : address;
    String url = scheme + "://" + host + ":" + port;
    folder.saveUrl(url);
    return new Running(context, url, folder.tokenFile());
  }

  private static Map<String, Object> properties(Options options) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("server.port", options.port());
    properties.put("server.address", options.listen().getHostAddress());
    options
        .tls()
        .ifPresent(
            tls -> {
              properties.put("server.ssl.certificate", tls.certificate().toUri().toString());
              properties.put("server.ssl.certificate-private-key", tls.key().toUri().toString());
            });
    return properties;
  }
}
