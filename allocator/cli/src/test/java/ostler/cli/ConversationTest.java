package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the command to every conversation below {@code conversations}: the calls it makes, what it
 * prints and how it ends. Run with {@code -Dostler.golden=write} it writes what it saw into the
 * files instead, for their reader to judge.
 */
final class ConversationTest {

  private static final Path FOLDER = Path.of("src/test/resources/conversations");
  private static final boolean WRITE = "write".equals(System.getProperty("ostler.golden"));

  @TempDir private Path home;

  @TestFactory
  Stream<DynamicTest> everyConversationGoesAsItIsWritten() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(FOLDER)) {
      files = found.sorted().toList();
    }
    assertFalse(files.isEmpty());
    return files.stream().map(this::test);
  }

  private DynamicTest test(Path file) {
    return DynamicTest.dynamicTest(
        file.getFileName().toString(), file.toUri(), () -> hold(Conversation.read(file)));
  }

  private void hold(Conversation conversation) throws IOException {
    try (ScriptedAllocator allocator = new ScriptedAllocator(conversation.exchanges())) {
      Conversation.Seen seen =
          new CommandRun(home, allocator.url())
              .with(conversation.settings().environment())
              .at(conversation.settings().terminals(), conversation.settings().answers())
              .run(conversation.words().subList(1, conversation.words().size()));
      String stderr =
          seen.stderr()
              .replace(allocator.url(), "http://allocator")
              .replace(home.toString(), "HOME");
      // At a question the cursor stays behind it; the answer's own line end closes the line.
      boolean open = !stderr.isEmpty() && !stderr.endsWith("\n");
      Conversation.Seen told =
          new Conversation.Seen(seen.exit(), seen.stdout(), open ? stderr + "\n" : stderr);
      if (WRITE) {
        conversation.rewrite(told);
      } else {
        assertEquals(conversation.seen(), told, conversation.promise());
      }
      allocator.assertDone();
    }
  }
}
