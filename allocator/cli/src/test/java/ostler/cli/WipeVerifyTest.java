package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.cli.print.JsonText;
import ostler.cli.print.Node;

final class WipeVerifyTest {

  @TempDir private Path folder;

  private final List<Node> chain = new SignedRecords().chain(3);

  private static String list(List<Node> items) {
    List<Object> values = new ArrayList<>();
    items.forEach(item -> values.add(item.value()));
    return JsonText.pretty(new Node(values));
  }

  private Conversation.Seen verify(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("records.json"), text);
    // Nothing listens there: a file is verified without any allocator.
    return new CommandRun(folder, "http://127.0.0.1:1")
        .run("wipe", "verify", "--file", file.toString(), "-o", "json");
  }

  private void breakSecond() {
    Map<String, Object> fields = new LinkedHashMap<>();
    chain.get(1).fields().forEach((name, value) -> fields.put(name, value.value()));
    fields.put("body", fields.get("body").toString().replace("gpu-1", "gpu-2"));
    chain.set(1, new Node(fields));
  }

  @Test
  void aSoundChainInAFileNeedsNoAllocator() throws IOException {
    Conversation.Seen seen = verify(list(chain));
    assertEquals(0, seen.exit(), seen.stderr());
    assertTrue(seen.stdout().contains("\"sound\": true"), seen.stdout());
    assertTrue(seen.stdout().contains("\"records\": 3"), seen.stdout());
  }

  @Test
  void anAnswerAndOneRecordAreFilesOfRecordsToo() throws IOException {
    assertEquals(0, verify("{\"items\":" + list(chain) + ",\"next\":null}").exit());
    assertEquals(0, verify(JsonText.line(chain.get(0))).exit());
  }

  @Test
  void aBrokenChainIsAConflictThatNamesTheFirstBrokenRecord() throws IOException {
    breakSecond();
    Conversation.Seen seen = verify(list(chain));
    assertEquals(7, seen.exit());
    assertTrue(
        seen.stderr()
            .contains("BROKEN_CHAIN: Unit " + SignedRecords.UNIT + ": wipe " + SignedRecords.id(1)),
        seen.stderr());
    assertTrue(seen.stdout().contains("\"flaw\": \"CHANGED\""), seen.stdout());
  }

  @Test
  void whatIsNoFileOfRecordsIsRefused() throws IOException {
    assertEquals(2, verify("not json").exit());
    assertEquals(7, verify("{}").exit());
    Conversation.Seen seen =
        new CommandRun(folder, "http://127.0.0.1:1").run("wipe", "verify", "--file", "/no/such");
    assertEquals(3, seen.exit(), seen.stderr());
  }

  @Test
  void theChainsOfTheAllocatorAreVerifiedHere() throws IOException {
    breakSecond();
    Conversation.Exchange all =
        new Conversation.Exchange(
            "GET", "/v1/wipes?limit=1000", "", 200, "{\"items\":" + list(chain) + "}");
    try (ScriptedAllocator allocator = new ScriptedAllocator(List.of(all))) {
      Conversation.Seen seen =
          new CommandRun(folder, allocator.url()).run("wipe", "verify", "--all");
      allocator.assertDone();
      assertEquals(7, seen.exit());
      assertTrue(seen.stdout().startsWith("UNIT      RECORDS  SOUND"), seen.stdout());
    }
  }
}
