package ostler.allocator;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import ostler.allocator.engine.Origin;
import ostler.allocator.store.Database;
import ostler.allocator.store.Desk;
import ostler.allocator.store.RestoreDesk;
import ostler.allocator.store.RevisionSignal;
import ostler.allocator.store.Schema;

/**
 * {@code ostler db}: looks after the database while no allocator uses it, and makes a backup of the
 * embedded one also while one does.
 */
final class DatabaseCommand {

  static final String HELP =
      """
      ostler db: look after the allocator's database

        ostler db status         say how far the database's schema is
        ostler db migrate        bring an older schema up to date
        ostler db backup FILE    copy the embedded database into FILE, also while it is in use
        ostler db restore FILE   put a backup in the embedded database's place; with --yes also
                                 where there is one, which is kept beside it
        ostler db restored       say that PostgreSQL was restored by its own tools

        --data DIR, --jdbc-url URL, --jdbc-user NAME and OSTLER_JDBC_PASSWORD as for ostler up
      """;

  private static final Origin OPERATOR = new Origin("operator", "ostler db", "");
  private static final int CONNECTIONS = 2;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(5);

  private final Options options;
  private final DataFolder folder;
  private final Database.Settings settings;
  private final Supplier<UUID> ids;
  private final PrintStream out;

  private DatabaseCommand(
      Options options, DataFolder folder, String password, Supplier<UUID> ids, PrintStream out) {
    this.options = options;
    this.folder = folder;
    this.settings = options.database(folder, password, CONNECTIONS);
    this.ids = ids;
    this.out = out;
  }

  /** What the command needs of the program around it. */
  record Surroundings(Path home, String password, Supplier<UUID> ids, PrintStream out) {}

  /**
   * Does what the words after {@code ostler db} say.
   *
   * @throws Options.BadOption if they say nothing that can be done
   * @throws IOException if it failed; what was there before is there still
   */
  static void run(List<String> words, Surroundings around) throws Options.BadOption, IOException {
    List<String> left = new ArrayList<>(words);
    if (left.isEmpty() || left.contains("--help") || left.contains("-h")) {
      around.out().print(HELP);
      return;
    }
    boolean yes = left.remove("--yes");
    String verb = left.remove(0);
    boolean takesFile = verb.equals("backup") || verb.equals("restore");
    if (takesFile && (left.isEmpty() || left.get(0).startsWith("-"))) {
      throw new Options.BadOption(verb + " needs a file; see --help");
    }
    Path file = Path.of(takesFile ? left.remove(0) : "");
    Options options = Options.parse(left, around.home());
    DatabaseCommand command =
        new DatabaseCommand(
            options,
            DataFolder.open(options.data()),
            around.password(),
            around.ids(),
            around.out());
    switch (verb) {
      case "status" -> command.status();
      case "migrate" -> command.migrate();
      case "backup" -> command.backup(new BackupFile(file));
      case "restore" -> command.restore(new BackupFile(file), yes);
      case "restored" -> command.restored();
      default -> throw new Options.BadOption("there is no verb " + verb + "; see --help");
    }
  }

  private void status() throws IOException {
    out.println("database  " + settings.url());
    if (options.jdbcUrl().isEmpty() && Database.isInUse(settings)) {
      out.println("schema    up to date, since an allocator is using it");
      return;
    }
    Schema schema = Database.schemaOf(settings);
    if (schema.isCurrent()) {
      out.println("schema    up to date");
    } else if (!schema.used()) {
      out.println("schema    none yet; ostler up makes it");
    } else {
      out.println("schema    older; it lacks " + String.join(", ", schema.missing()));
      out.println("next      make a backup, then run ostler db migrate");
    }
  }

  private void migrate() throws IOException {
    Database.requireUnused(settings);
    Schema before = Database.schemaOf(settings);
    Database.migrate(settings);
    out.println(
        before.isCurrent()
            ? "the schema was up to date"
            : "the schema is up to date; it lacked " + String.join(", ", before.missing()));
  }

  private void backup(BackupFile file) throws IOException {
    requireEmbedded("pg_dump --format=custom --file=FILE, or pg_basebackup");
    file.create();
    boolean done = false;
    try {
      if (Database.isInUse(settings)) {
        download(file);
      } else {
        Database.backUp(settings, file.path());
        file.sync();
      }
      done = true;
    } finally {
      if (!done) {
        file.delete();
      }
    }
    out.println("the backup is in " + file.path() + "; it holds secrets, keep it as one");
  }

  /** Only the allocator that has the file open can copy it as it was at one moment. */
  private void download(BackupFile file) throws IOException {
    String url = folder.url() + "/v1/backup";
    if (url.startsWith("https:")) {
      throw new IOException(
          "an allocator has the database open; ask it with its own certificate: curl --cacert"
              + " CERTIFICATE -H \"Authorization: Bearer $(cat "
              + folder.tokenFile()
              + ")\" -o "
              + file.path()
              + ' '
              + url);
    }
    HttpURLConnection call = (HttpURLConnection) URI.create(url).toURL().openConnection();
    call.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
    call.setReadTimeout((int) READ_TIMEOUT.toMillis());
    call.setRequestProperty("Authorization", "Bearer " + folder.token());
    if (call.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException(
          "the allocator at " + url + " answered " + call.getResponseCode() + " and no backup");
    }
    try (InputStream content = call.getInputStream()) {
      file.write(content);
    } finally {
      call.disconnect();
    }
  }

  private void restore(BackupFile file, boolean yes) throws IOException {
    requireEmbedded("pg_restore, or the base backup and its log, and then ostler db restored");
    boolean replaces = folder.hasDatabase();
    if (replaces && !yes) {
      throw new IOException(
          "there is a database in " + options.data() + "; with --yes it is put aside and replaced");
    }
    long epochSeen = 0;
    if (replaces) {
      Database.requireUnused(settings);
      epochSeen = Database.highestEpoch(settings);
    }
    Database.Settings staged =
        new Database.Settings(
            folder.stagedDatabaseUrl(), settings.user(), settings.password(), CONNECTIONS);
    file.unpack(DataFolder.DATABASE_FILE, folder.stagedDatabase());
    Database.migrate(staged);
    int hosts = mark(staged, epochSeen);
    Path aside = folder.putStagedInPlace();
    if (replaces) {
      out.println("the database before is kept as " + aside);
    }
    say(hosts);
  }

  private void restored() throws IOException {
    Database.requireUnused(settings);
    say(mark(settings, Database.highestEpoch(settings)));
  }

  private int mark(Database.Settings where, long epochSeen) throws IOException {
    try (Database database = Database.open(where, System::nanoTime)) {
      Desk desk =
          new Desk(
              database.client(),
              database.transactions(),
              new RevisionSignal(),
              database.clock(),
              ids);
      return new RestoreDesk(desk).mark(epochSeen, OPERATOR).orElseThrow();
    }
  }

  private void say(int hosts) {
    out.println(
        "the database is marked as restored: nothing of its "
            + hosts
            + " hosts is granted until they have reported");
    out.println("what was revoked or limited after the backup is as it was then; look at that too");
  }

  private void requireEmbedded(String instead) throws IOException {
    if (options.jdbcUrl().isPresent()) {
      throw new IOException("PostgreSQL has its own tools for that: " + instead);
    }
  }
}
