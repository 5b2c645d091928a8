package ostler.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.inventory.WipeChain.Broken;
import ostler.inventory.WipeChain.Flaw;
import ostler.inventory.WipeChain.Sound;
import ostler.pci.PciAddress;
import ostler.pci.PciId;
import ostler.wire.WireException;

final class WipeChainTest {

  private static final KeyPair KEYS = newKeys();
  private static final AgentKey KEY = AgentKey.of(KEYS.getPublic());
  private static final PciAddress ADDRESS = PciAddress.parse("0000:01:00.0");
  private static final UnitId UNIT = UnitId.parse("00000000-0000-0000-0000-0000000000aa");

  private static KeyPair newKeys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static WipeId wipe(int number) {
    return WipeId.parse("00000000-0000-0000-0000-" + String.format("%012d", number));
  }

  private static WipeStep step(WipeStep.Kind kind) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("method", "flr");
    detail.put("bytes", 16_777_216L);
    detail.put("read_back", true);
    return new WipeStep(
        kind, ADDRESS, WipeStep.Result.OK, Instant.parse("2026-01-02T03:04:05Z"), 12, detail);
  }

  private static WipeRecord record(int number, UnitId unit) {
    return record(number, unit, List.of(step(WipeStep.Kind.RESET)));
  }

  private static WipeRecord record(int number, UnitId unit, List<WipeStep> steps) {
    return new WipeRecord(
        wipe(number),
        unit,
        new HostName("gpu-1"),
        BootId.parse("00000000-0000-0000-0000-0000000000bb"),
        new UnitMembers(
            List.of(
                new UnitMember(
                    ADDRESS,
                    DeviceIdentity.ofModel(PciId.parse("1002:5046"))
                        .withSerial(new SerialNumber("SN 1"))))),
        new Fence(1, number),
        Optional.of(ClaimId.parse("00000000-0000-0000-0000-0000000000cc")),
        Instant.parse("2026-01-02T03:04:05Z"),
        Instant.parse("2026-01-02T03:04:06.789Z"),
        steps,
        new WipeCoverage(16, 8, 4),
        List.of("firmware was not measured"),
        WipeLevel.L1,
        WipeRecord.Result.CLEAN,
        Optional.empty(),
        "6.1.0",
        "0.1.0");
  }

  private static List<SignedWipe> chain(int length) {
    List<SignedWipe> chain = new ArrayList<>();
    ChainHash head = ChainHash.START;
    for (int i = 0; i < length; i++) {
      SignedWipe signed = WipeChain.sign(record(i, UNIT), head, KEYS.getPrivate());
      chain.add(signed);
      head = signed.hash();
    }
    return chain;
  }

  private static Broken broken(List<SignedWipe> chain) {
    return (Broken) WipeChain.verify(chain, KEY);
  }

  @Test
  void aRecordIsReadBackFromItsBodyAsItWasWritten() throws WireException {
    WipeRecord record = record(1, UNIT);
    assertEquals(record, WipeRecord.parse(record.body()));
    assertEquals(record.body(), WipeRecord.parse(record.body()).body());
  }

  @Test
  void aRecordShowsNothingIfAMemberWasNotQuietAndThenReset() {
    WipeStep quiet = step(WipeStep.Kind.QUIESCE);
    WipeStep reset = step(WipeStep.Kind.RESET);
    assertEquals(WipeLevel.L1, record(1, UNIT, List.of(quiet, reset)).reached());
    assertEquals(WipeLevel.L0, record(1, UNIT, List.of(reset, quiet)).reached());
    assertEquals(WipeLevel.L0, record(1, UNIT, List.of(reset)).reached());
    assertEquals(WipeLevel.L0, record(1, UNIT, List.of(quiet)).reached());
    assertTrue(record(1, UNIT, List.of(quiet, reset)).isCleanTo(WipeLevel.L1));
    assertFalse(record(1, UNIT, List.of(quiet, reset)).isCleanTo(WipeLevel.L2));
  }

  @Test
  void aRecordHasACodeExactlyIfItFailed() {
    WipeRecord clean = record(1, UNIT);
    assertThrows(
        WireException.class,
        () -> WipeRecord.parse(clean.body().replace("\"clean\"", "\"failed\"")));
    assertThrows(
        WireException.class,
        () ->
            WipeRecord.parse(clean.body().replace("\"clean\"", "\"clean\",\"code\":\"RESIDUE\"")));
  }

  @Test
  void anUntouchedChainIsSoundAndItsHeadIsTheLastHash() {
    List<SignedWipe> chain = chain(4);
    assertEquals(new Sound(chain.get(3).hash()), WipeChain.verify(chain, KEY));
    assertEquals(new Sound(ChainHash.START), WipeChain.verify(List.of(), KEY));
  }

  @Test
  void aChangedBodyIsNamed() {
    List<SignedWipe> chain = chain(3);
    SignedWipe true1 = chain.get(1);
    chain.set(
        1,
        new SignedWipe(
            true1.body().replace("\"bytes_verified\":4", "\"bytes_verified\":5"),
            true1.prevHash(),
            true1.hash(),
            true1.signature()));
    assertEquals(new Broken(1, Optional.of(wipe(1)), Flaw.CHANGED), broken(chain));
  }

  @Test
  void aBodyHashedAnewIsNotSigned() {
    List<SignedWipe> chain = chain(3);
    SignedWipe true2 = chain.get(2);
    String body = true2.body().replace("SN 1", "SN 2");
    chain.set(
        2,
        new SignedWipe(
            body, true2.prevHash(), true2.prevHash().followedBy(body), true2.signature()));
    assertEquals(new Broken(2, Optional.of(wipe(2)), Flaw.NOT_SIGNED), broken(chain));
  }

  @Test
  void aRecordTakenOutOrMovedIsNoticed() {
    List<SignedWipe> out = chain(4);
    out.remove(1);
    assertEquals(new Broken(1, Optional.of(wipe(2)), Flaw.NOT_LINKED), broken(out));
    List<SignedWipe> headless = chain(4).subList(1, 4);
    assertEquals(new Broken(0, Optional.of(wipe(1)), Flaw.NOT_LINKED), broken(headless));
  }

  @Test
  void anotherHostsKeyHasNotSigned() {
    AgentKey other = AgentKey.of(newKeys().getPublic());
    assertEquals(
        new Broken(0, Optional.of(wipe(0)), Flaw.NOT_SIGNED), WipeChain.verify(chain(1), other));
  }

  @Test
  void aRecordOfAnotherUnitHasNoPlaceInTheChain() {
    List<SignedWipe> chain = chain(1);
    UnitId other = UnitId.parse("00000000-0000-0000-0000-0000000000ab");
    chain.add(WipeChain.sign(record(1, other), chain.get(0).hash(), KEYS.getPrivate()));
    Broken broken = broken(chain);
    assertEquals(Flaw.OTHER_UNIT, broken.flaw());
    assertEquals("record 2 (wipe " + wipe(1) + ") is of another unit", broken.sentence());
  }

  @Test
  void aSignatureThatIsNoSignatureIsOnlyNotSigned() {
    SignedWipe signed = chain(1).get(0);
    assertFalse(KEY.hasSigned(signed.hash(), "!".repeat(SignedWipe.SIGNATURE_CHARS)));
    assertFalse(KEY.hasSigned(signed.hash(), "A".repeat(SignedWipe.SIGNATURE_CHARS)));
    assertFalse(KEY.hasSigned(signed.hash(), "AAAA"));
    assertTrue(KEY.hasSigned(signed.hash(), signed.signature()));
  }

  @Test
  void whatIsNotAnEd25519KeyIsNoAgentsKey() throws NoSuchAlgorithmException {
    KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    assertThrows(IllegalArgumentException.class, () -> AgentKey.of(rsa.getPublic()));
    assertTrue(AgentKey.tryParse("not base 64").isEmpty());
    assertEquals(KEY, AgentKey.tryParse(KEY.value()).orElseThrow());
  }

  @Test
  void theHashIsSha256OverPreviousHashLineEndAndBody() {
    // Computed apart: printf '%064d\n{}' 0 | sha256sum
    assertEquals(
        "5649d09ed68c17156095d175eef152856c5b1a81c117c409c1e00f096aa6838e",
        ChainHash.START.followedBy("{}").value());
  }
}
