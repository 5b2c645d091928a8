package ostler.agent.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.host.Story;
import ostler.inventory.AgentInstance;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.inventory.Goal;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SignedWipe;
import ostler.inventory.SliceId;
import ostler.inventory.UnitId;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
import ostler.inventory.UnitOrder;
import ostler.inventory.WipeId;
import ostler.inventory.WipeStep;
import ostler.pci.PciAddress;
import ostler.pci.PciId;

final class JournalTest {

  private static final BootId BOOT = BootId.parse("00000000-0000-0000-0000-0000000000b0");
  private static final WipeId WIPE = WipeId.parse("00000000-0000-0000-0000-0000000000f1");
  private static final PciAddress ADDRESS = PciAddress.parse("0000:01:00.0");

  @TempDir Path folder;

  private Journal open() throws IOException {
    return Journal.open(JournalFile.open(folder), Clock.systemUTC(), event -> {});
  }

  private Path file() {
    return folder.resolve("journal");
  }

  private static UnitOrder order(int unit, long epoch, ChainHash head) {
    return UnitOrder.whole(
        UnitId.parse("00000000-0000-0000-0000-%012d".formatted(unit)),
        new UnitMembers(
            List.of(new UnitMember(ADDRESS, DeviceIdentity.ofModel(PciId.parse("1002:5046"))))),
        new Fence(epoch, 1),
        new Goal.Rest(),
        head);
  }

  private static UnitMemory memory(int unit) {
    return UnitMemory.of(order(unit, 1, ChainHash.START));
  }

  private static SignedWipe record() {
    return new SignedWipe(
        "{\"a\":1}",
        ChainHash.START,
        ChainHash.START.followedBy("{\"a\":1}"),
        "A".repeat(SignedWipe.SIGNATURE_CHARS));
  }

  /** Memories in which every field is present at least once. */
  private static List<UnitMemory> memories() {
    WipeStep step =
        new WipeStep(
            WipeStep.Kind.RESET, ADDRESS, WipeStep.Result.OK, Instant.EPOCH, 1, Map.of("n", 1L));
    return List.of(
        memory(1),
        memory(2).bound().permitting(Story.tenant(1)).noLongerOrdered(),
        memory(3)
            .bound()
            .beginning(new Work(new UUID(1, 2), "reset", BOOT))
            .wiping(new WipeRun(WIPE, Instant.EPOCH, List.of()))
            .stepped(List.of(step))
            .wedgedIn(BOOT),
        memory(6).cutting(Cut.begun(3)),
        memory(8).cutting(Cut.begun(3).done(2, BOOT)),
        memory(9)
            .making(new Making(new SliceId(new UUID(5, 6)), WIPE, new MdevTypeId("nvidia-222"))),
        memory(4).bound().wiped(record(), new WipeEnd(WIPE, Optional.empty()), BOOT),
        memory(5)
            .wiped(
                record(),
                new WipeEnd(WIPE, Optional.of(new WipeEnd.Failure("RESIDUE", "Some."))),
                BOOT));
  }

  @Test
  void whatIsKeptIsThereAtTheNextStart() throws Exception {
    Journal.Run run = new Journal.Run(new AgentInstance(new UUID(3, 4)), BOOT);
    try (Journal journal = open()) {
      journal.begin(run);
      for (UnitMemory memory : memories()) {
        journal.keep(memory(7), "first");
        journal.keep(memory, "kept");
      }
      journal.forget(memory(7).unit());
    }
    try (Journal journal = open()) {
      assertEquals(Optional.of(run), journal.lastRun());
      for (UnitMemory memory : memories()) {
        assertEquals(Optional.of(memory), journal.unit(memory.unit()));
      }
      assertEquals(memories().size(), journal.units().size());
    }
  }

  /** As it was written before there were slices. */
  @Test
  void aJournalOfTheFormerFormIsRead() throws Exception {
    String line =
        """
        {"at":"2026-01-02T03:04:05Z","event":"ordered to rest, fence 1.1","unit":{"order":{\
        "unit":"00000000-0000-0000-0000-000000000001","kind":"whole","members":["0000:01:00.0"],\
        "identities":[{"vendor":"1002","device":"5046","revision":"00"}],\
        "fence":{"epoch":1,"number":1},"goal":"rest","chain_head":"%s"},"ordered":true,\
        "managed":true,"head":"%s"}}"""
            .formatted(ChainHash.START, ChainHash.START);
    CRC32C checksum = new CRC32C();
    checksum.update(line.getBytes(StandardCharsets.UTF_8));
    String sum = java.util.HexFormat.of().toHexDigits((int) checksum.getValue());
    Files.writeString(file(), sum + ' ' + line + '\n');
    try (Journal journal = open()) {
      assertEquals(Optional.empty(), journal.damage());
      assertEquals(Optional.of(memory(1).bound()), journal.unit(memory(1).unit()));
    }
  }

  @Test
  void theJournalIsItsOwnersAlone() throws Exception {
    open().close();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
  }

  @Test
  void aTornLastLineOfAnyLengthIsCutOffAndTheJournalGoesOn() throws Exception {
    try (Journal journal = open()) {
      journal.keep(memory(1), "one");
      journal.keep(memory(2), "two");
    }
    byte[] whole = Files.readAllBytes(file());
    int second = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int length = second + 1; length < whole.length; length += 37) {
      Files.write(file(), java.util.Arrays.copyOf(whole, length));
      try (Journal journal = open()) {
        assertEquals(Optional.empty(), journal.damage(), "cut to " + length);
        assertEquals(1, journal.units().size());
        journal.keep(memory(3), "three");
      }
      try (Journal journal = open()) {
        assertEquals(Optional.empty(), journal.damage(), "cut to " + length);
        assertEquals(2, journal.units().size());
      }
    }
  }

  @Test
  void aLastLineWithAFlippedByteIsCutOffToo() throws Exception {
    try (Journal journal = open()) {
      journal.keep(memory(1), "one");
      journal.keep(memory(2), "two");
    }
    byte[] whole = Files.readAllBytes(file());
    whole[whole.length - 10] ^= 1;
    Files.write(file(), whole);
    try (Journal journal = open()) {
      assertEquals(Optional.empty(), journal.damage());
      assertEquals(1, journal.units().size());
    }
  }

  @Test
  void aGarbledLineInTheMiddleIsDamageAndNothingIsWrittenAnyMore() throws Exception {
    try (Journal journal = open()) {
      journal.begin(new Journal.Run(new AgentInstance(new UUID(3, 4)), BOOT));
      journal.keep(memory(1), "one");
      journal.keep(memory(2), "two");
    }
    byte[] whole = Files.readAllBytes(file());
    whole[whole.length / 2] ^= 1;
    Files.write(file(), whole);
    try (Journal journal = open()) {
      assertTrue(journal.damage().orElseThrow().startsWith("line 2: "));
      assertTrue(journal.lastRun().isPresent());
      assertThrows(JournalException.class, () -> journal.keep(memory(3), "three"));
    }
    assertEquals(List.of(toHex(whole)), List.of(toHex(Files.readAllBytes(file()))));
  }

  private static String toHex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  @Test
  void aLongJournalIsRewrittenAndForgetsNothing() throws Exception {
    String body = "{\"a\":\"" + "x".repeat(200_000) + "\"}";
    SignedWipe heavy =
        new SignedWipe(
            body,
            ChainHash.START,
            ChainHash.START.followedBy(body),
            "A".repeat(SignedWipe.SIGNATURE_CHARS));
    UnitMemory large = memory(7).wiped(heavy, new WipeEnd(WIPE, Optional.empty()), BOOT);
    try (Journal journal = open()) {
      for (UnitMemory memory : memories()) {
        journal.keep(memory, "kept");
      }
      long longest = 0;
      for (int i = 0; i < 60; i++) {
        journal.keep(large, "again");
        longest = Math.max(longest, Files.size(file()));
      }
      assertTrue(longest > 3L << 20 && longest < 5L << 20, longest + " bytes");
      assertTrue(Files.size(file()) < longest, "it was rewritten");
    }
    try (Journal journal = open()) {
      for (UnitMemory memory : memories()) {
        assertEquals(Optional.of(memory), journal.unit(memory.unit()));
      }
    }
  }

  @Test
  void eachEventIsToldAfterItIsOnDisk() throws Exception {
    List<Long> sizes = new ArrayList<>();
    try (Journal journal =
        Journal.open(
            JournalFile.open(folder),
            Clock.systemUTC(),
            event -> sizes.add(file().toFile().length()))) {
      journal.keep(memory(1), "one");
      journal.keep(memory(2), "two");
    }
    assertEquals(2, sizes.size());
    assertTrue(sizes.get(0) > 0 && sizes.get(1) > sizes.get(0));
  }

  @Test
  void anOrderOfALaterEpochBringsTheChainThatItsAllocatorKnows() {
    UnitMemory pending = memory(1).wiped(record(), new WipeEnd(WIPE, Optional.empty()), BOOT);
    ChainHash restored = ChainHash.of("restored");
    UnitMemory same = pending.taking(order(1, 1, restored));
    assertEquals(record().hash(), same.head());
    assertTrue(same.pending().isPresent());
    UnitMemory later = pending.taking(order(1, 2, restored));
    assertEquals(restored, later.head());
    assertFalse(later.pending().isPresent());
  }

  @Test
  void aRefusedRecordLeavesTheChainAsItWasAndTheUnitDirty() {
    UnitMemory pending = memory(1).wiped(record(), new WipeEnd(WIPE, Optional.empty()), BOOT);
    assertTrue(pending.isPending(WIPE));
    assertFalse(pending.isPending(new WipeId(new UUID(0, 0))));
    UnitMemory refused = pending.refused(new WipeEnd.Failure("STALE_FENCE", "Too late."));
    assertEquals(ChainHash.START, refused.head());
    assertEquals(Optional.empty(), refused.clean());
    assertEquals("STALE_FENCE", refused.lastWipe().orElseThrow().failure().orElseThrow().code());
    UnitMemory accepted = pending.accepted();
    assertEquals(record().hash(), accepted.head());
    assertTrue(accepted.clean().isPresent());
  }
}
