package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Choice;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.Where;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.flavor.UnitShape;
import ostler.inventory.ClaimId;

/** What becomes of a database that the first release made. */
abstract class ReleaseContract {

  private static final String FIRST_RELEASE = "/ostler/allocator/release-1.sql";
  private static final ClaimId IN_USE = ClaimId.parse("3172439c-b6c3-48c0-8ac5-fd7e6f9750a3");

  private static final ClaimId PREPARING = ClaimId.parse("a82fe684-7605-4faa-932d-09387b487b47");
  private static final ClaimId RELEASED = ClaimId.parse("25cecf01-fb86-4019-88d0-a592210c5b16");
  private static final Pattern INSERT =
      Pattern.compile("^INSERT INTO ((?!databasechangelog)\\w+) \\(([^)]+)\\)", Pattern.MULTILINE);

  private Database.Settings settings;

  /** A new and empty database. */
  abstract Database.Settings empty() throws SQLException;

  @BeforeEach
  void makeFirstRelease() throws SQLException, IOException {
    settings = empty();
    try (Connection connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        Statement statement = connection.createStatement()) {
      for (String line : firstRelease().split(";\n")) {
        if (!line.isBlank()) {
          statement.execute(line);
        }
      }
    }
  }

  private static String firstRelease() throws IOException {
    try (InputStream in = ReleaseContract.class.getResourceAsStream(FIRST_RELEASE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void anOlderSchemaIsRefusedWithTheCommandThatMendsIt() throws IOException {
    Schema schema = Database.schemaOf(settings);
    assertTrue(schema.used());
    assertFalse(schema.isCurrent());
    assertFalse(schema.missing().stream().anyMatch(id -> id.startsWith("1-")));
    String said =
        assertThrows(IOException.class, () -> Database.open(settings, System::nanoTime))
            .getMessage();
    assertTrue(said.contains("ostler db migrate"), said);
    assertEquals(schema, Database.schemaOf(settings), "it was not touched");
  }

  /** As one is left that was killed before it was ready. */
  @Test
  void aSchemaThatIsHalfMadeAndHoldsNothingIsFinishedAtOnce() throws IOException, SQLException {
    try (Connection connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        Statement statement = connection.createStatement()) {
      for (String table :
          List.of(
              "claim_charge",
              "claim_unit",
              "claim",
              "quota",
              "project",
              "wipe_record",
              "unit_member",
              "device",
              "usage_current",
              "usage_segment",
              "unit",
              "host_inventory",
              "host")) {
        statement.execute("DELETE FROM " + table);
      }
    }
    assertFalse(Database.schemaOf(settings).used());
    try (Fleet fleet = new Fleet(settings)) {
      fleet.withProject(1).withHost("gpu-1", 1);
      fleet.claim(1).orElseThrow();
    }
  }

  @Test
  void theFirstReleaseIsTakenOverWithAllThatIsInIt() throws IOException {
    Database.migrate(settings);
    assertTrue(Database.schemaOf(settings).isCurrent());
    try (Fleet fleet = new Fleet(settings)) {
      fleet.assertSound();
      Map<UnitState, Long> states =
          fleet.units().stream().collect(Collectors.groupingBy(Unit::state, Collectors.counting()));
      assertEquals(
          Map.of(UnitState.PREPARING, 2L, UnitState.IN_USE, 1L, UnitState.CLEAN, 1L), states);
      Claim inUse = fleet.desk.claims.find(IN_USE).orElseThrow();
      assertEquals(ClaimState.IN_USE, inUse.state());
      assertEquals(Fleet.P1, inUse.project());
      assertEquals(Fleet.VM, inUse.consumer());
      assertEquals(3, fleet.count("claim"));
      assertEquals(5, fleet.count("wipe_record"));
      assertEquals(18, fleet.count("usage_segment"));
      assertEquals(4, fleet.count("usage_current"));
      assertEquals(29, fleet.count("audit"));
      assertEquals(3, fleet.quota().used());
    }
  }

  @Test
  void everyRowOfTheFirstReleaseIsThereWithWhatItSaid() throws IOException, SQLException {
    Map<String, List<String>> before = rows();
    assertEquals(3, before.get("claim").size());
    Database.migrate(settings);
    Map<String, List<String>> after = rows();
    // A charge of the first release was that of its alias alone; the others are added.
    assertTrue(after.get("claim_charge").containsAll(before.get("claim_charge")));
    after.put("claim_charge", before.get("claim_charge"));
    before.forEach((table, rows) -> assertEquals(rows, after.get(table), table));
  }

  /** What the first release's tables say in that release's columns. */
  private Map<String, List<String>> rows() throws SQLException, IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    try (Connection connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        Statement statement = connection.createStatement()) {
      Matcher inserts = INSERT.matcher(firstRelease());
      while (inserts.find()) {
        if (!rows.containsKey(inserts.group(1))) {
          rows.put(inserts.group(1), read(statement, inserts.group(1), inserts.group(2)));
        }
      }
    }
    return rows;
  }

  private static List<String> read(Statement statement, String table, String columns)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet row = statement.executeQuery("SELECT " + columns + " FROM " + table)) {
      while (row.next()) {
        StringJoiner values = new StringJoiner(" | ");
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          values.add(row.getString(i));
        }
        rows.add(values.toString());
      }
    }
    rows.sort(Comparator.naturalOrder());
    return rows;
  }

  @Test
  void claimsOfTheFirstReleaseAreAskedForHeldAndChargedAsOnesMadeNow() throws IOException {
    Database.migrate(settings);
    try (Fleet fleet = new Fleet(settings)) {
      for (Claim claim : List.of(claim(fleet, IN_USE), claim(fleet, PREPARING))) {
        assertEquals(List.of(new Part(Fleet.GPU, claim.count())), claim.parts());
        assertEquals(Where.ANYWHERE, claim.asked());
        assertEquals(Fleet.VM, claim.consumer());
        assertEquals(Optional.empty(), claim.moveOf());
        assertEquals(claim.count(), fleet.desk.units.ofClaim(claim.id()).size());
        List<Choice> choices =
            fleet.desk.units.ofClaim(claim.id()).stream()
                .map(
                    unit ->
                        new Choice(
                            unit,
                            0,
                            UnitShape.whole(
                                unit.model(), OptionalLong.empty(), Collections.emptySortedSet())))
                .toList();
        assertEquals(
            Map.of(claim.id(), ClaimCharges.due(claim, choices).amounts()),
            fleet.desk.claimCharges.charged(List.of(claim.id())));
      }
      assertEquals(ClaimState.PREPARING, claim(fleet, PREPARING).state());
      assertEquals(2, claim(fleet, PREPARING).count());
      assertEquals(ClaimState.RELEASED, claim(fleet, RELEASED).state());
      assertEquals(Map.of(), fleet.desk.claimCharges.charged(List.of(RELEASED)));
      assertEquals(3, fleet.desk.quotas.use(Fleet.P1).get(ResourceKey.TOTAL).total());
    }
  }

  private static Claim claim(Fleet fleet, ClaimId id) {
    return fleet.desk.claims.find(id).orElseThrow();
  }

  @Test
  void aLimitSetAfterwardsCountsWhatTheFirstReleaseGave() throws IOException {
    Database.migrate(settings);
    try (Fleet fleet = new Fleet(settings)) {
      fleet.withHost("gpu-3", 2);
      Wish four = Wish.of(Fleet.P1).limited(ResourceKey.TOTAL, new Limit(4));
      fleet.treeDesk.apply(List.of(four), Fleet.TEST).orElseThrow();
      fleet.claim(1).orElseThrow();
      assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(fleet.claim(1)));
      fleet.claimDesk.abandon(PREPARING, Fleet.TEST).orElseThrow();
      fleet.claim(1).orElseThrow();
      fleet.assertSound();
    }
  }

  @Test
  void whatWasTakenOverGoesOn() throws IOException {
    Database.migrate(settings);
    try (Fleet fleet = new Fleet(settings)) {
      assertEquals(ClaimState.RELEASING, fleet.release(IN_USE).state());
      List<Unit> units = fleet.desk.units.ofClaim(IN_USE);
      assertEquals(UnitState.RELEASING, units.get(0).state());
      fleet.withHost("gpu-3", 1);
      fleet.claim(1).orElseThrow();
      fleet.assertSound();
    }
  }

  @Test
  void migratingTwiceIsMigratingOnceAndOneThatDiedInTheMiddleIsNoHindrance()
      throws IOException, SQLException {
    try (Connection connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE databasechangeloglock SET locked = TRUE, lockedby = 'the dead'");
    }
    Database.migrate(settings);
    Database.migrate(settings);
    assertTrue(Database.schemaOf(settings).isCurrent());
  }
}
