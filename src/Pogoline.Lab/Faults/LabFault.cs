using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Lab.Faults;

/// <summary>What can go wrong with a board, its supply, its lines, its debug probe and the source of its release.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabFaultKind>))]
public enum LabFaultKind
{
    /// <summary>The supply fails: an erase or program under way stays half done.</summary>
    [JsonStringEnumMemberName("powerCut")] PowerCut,

    /// <summary>The supply sags for a moment: as a power cut, and the board starts again at once.</summary>
    [JsonStringEnumMemberName("brownOut")] BrownOut,

    /// <summary>The cable is pulled; the board has a battery and runs on.</summary>
    [JsonStringEnumMemberName("cablePull")] CablePull,

    /// <summary>The board leaves the bus and is back at once, with another address.</summary>
    [JsonStringEnumMemberName("reenumerate")] Reenumerate,

    /// <summary>A request is refused with STALL.</summary>
    [JsonStringEnumMemberName("stall")] Stall,

    /// <summary>A request gets no answer: NAK until the host gives up.</summary>
    [JsonStringEnumMemberName("silence")] Silence,

    /// <summary>A bit of an answer is another one than the board sent.</summary>
    [JsonStringEnumMemberName("wireFlip")] WireFlip,

    /// <summary>An answer is shorter than the board sent it.</summary>
    [JsonStringEnumMemberName("shortAnswer")] ShortAnswer,

    /// <summary>A bit that was programmed does not hold.</summary>
    [JsonStringEnumMemberName("flashFlip")] FlashFlip,

    /// <summary>An erase unit has a bit that does not become 1 any more.</summary>
    [JsonStringEnumMemberName("wornSector")] WornSector,

    /// <summary>Erasing takes many times as long.</summary>
    [JsonStringEnumMemberName("slowErase")] SlowErase,

    /// <summary>The running system reports a module that is not there.</summary>
    [JsonStringEnumMemberName("wrongReport")] WrongReport,

    /// <summary>The board's oscillator is off.</summary>
    [JsonStringEnumMemberName("clockDrift")] ClockDrift,

    /// <summary>A bit of a byte on the serial line is another one.</summary>
    [JsonStringEnumMemberName("serialFlip")] SerialFlip,

    /// <summary>Bytes on the serial line are lost.</summary>
    [JsonStringEnumMemberName("serialLoss")] SerialLoss,

    /// <summary>The serial line is cut: the board leaves the bus in the middle of a transfer.</summary>
    [JsonStringEnumMemberName("serialCut")] SerialCut,

    /// <summary>The target answers WAIT on SWD.</summary>
    [JsonStringEnumMemberName("swdWait")] SwdWait,

    /// <summary>The target answers FAULT on SWD.</summary>
    [JsonStringEnumMemberName("swdFault")] SwdFault,

    /// <summary>Data comes back on SWD with wrong parity.</summary>
    [JsonStringEnumMemberName("swdParity")] SwdParity,

    /// <summary>The target does not answer on SWD.</summary>
    [JsonStringEnumMemberName("swdSilence")] SwdSilence,

    /// <summary>A packet to the probe is lost.</summary>
    [JsonStringEnumMemberName("probeLoss")] ProbeLoss,

    /// <summary>The probe refuses a packet with STALL.</summary>
    [JsonStringEnumMemberName("probeStall")] ProbeStall,

    /// <summary>The probe is pulled out.</summary>
    [JsonStringEnumMemberName("probeUnplug")] ProbeUnplug,

    /// <summary>A release file is shorter than it is, and said to be whole.</summary>
    [JsonStringEnumMemberName("sourceShort")] SourceShort,

    /// <summary>A bit of a release file is another one.</summary>
    [JsonStringEnumMemberName("sourceFlip")] SourceFlip,

    /// <summary>The server of release files cannot be reached.</summary>
    [JsonStringEnumMemberName("sourceGone")] SourceGone,

    /// <summary>The connection to it is cut in the middle of a file.</summary>
    [JsonStringEnumMemberName("sourceCut")] SourceCut,

    /// <summary>It sends half of a file, and then nothing more without end.</summary>
    [JsonStringEnumMemberName("sourceSilence")] SourceSilence,
}

/// <summary>What is counted to find the moment of a fault.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabMoment>))]
public enum LabMoment
{
    /// <summary>Control transfers that a host begins.</summary>
    [JsonStringEnumMemberName("transfer")] Transfer,

    /// <summary>Erases of a unit of any flash.</summary>
    [JsonStringEnumMemberName("erase")] Erase,

    /// <summary>Program operations of any flash, and writes of the configuration table.</summary>
    [JsonStringEnumMemberName("program")] Program,

    /// <summary>Bytes programmed into any flash.</summary>
    [JsonStringEnumMemberName("byte")] Byte,

    /// <summary>Reports of the running system.</summary>
    [JsonStringEnumMemberName("report")] Report,

    /// <summary>Bytes on the serial line, both ways together.</summary>
    [JsonStringEnumMemberName("serialByte")] SerialByte,

    /// <summary>Transactions on SWD.</summary>
    [JsonStringEnumMemberName("swd")] Swd,

    /// <summary>Transfers to the debug probe.</summary>
    [JsonStringEnumMemberName("probe")] Probe,

    /// <summary>Requests to a server of release files.</summary>
    [JsonStringEnumMemberName("download")] Download,
}

/// <summary>A fault: what, on which board, and when.</summary>
public sealed record LabFault
{
    /// <summary>What goes wrong.</summary>
    public required LabFaultKind Fault { get; init; }

    /// <summary>The board's place in the lab, such as <c>lab-2</c>, or its device ID; null for every board.</summary>
    public string? Board { get; init; }

    /// <summary>What is counted until it happens; null for what lasts from the beginning.</summary>
    public LabMoment? At { get; init; }

    /// <summary>At which one, from 1.</summary>
    public long Number { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>How many in a row it happens to.</summary>
    public int Times { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>After how many seconds power or cable come back; null for never. Up to a day.</summary>
    public double? Seconds { get; init; }

    /// <summary>Which bit flips or is stuck, counted from the first byte of the answer, block or erase unit.</summary>
    public int Bit { get; init; }

    /// <summary>An address in the erase unit that is worn, such as <c>0x00030000</c>.</summary>
    public string? Address { get; init; }

    /// <summary>How many times longer an erase takes, or the board's seconds are; 1 for none.</summary>
    public double Factor { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>Whether it is complete and its figures are sensible.</summary>
    internal string? Problem => this switch
    {
        { Number: < 1 } => "number is less than 1",
        { Times: < 1 or > 1_000_000 } => "times is not between 1 and 1000000",
        { Seconds: < 0 or > 86400 or double.NaN } => "seconds is not between 0 and 86400",
        { Bit: < 0 or > 8 * 131072 } => "bit lies outside a block",
        { Factor: not (>= 0.1 and <= 1000) } => "factor is not between 0.1 and 1000",
        { Fault: LabFaultKind.WornSector } when !FlashAddress.TryParse(Address, out _) => "a worn sector needs an address",
        { Fault: LabFaultKind.SlowErase or LabFaultKind.ClockDrift, Factor: 1 } => "it needs a factor",
        { Fault: LabFaultKind.WornSector or LabFaultKind.SlowErase or LabFaultKind.ClockDrift, At: not null } => "it lasts from the beginning and has no moment",
        { Fault: LabFaultKind.WornSector or LabFaultKind.SlowErase or LabFaultKind.ClockDrift } => null,
        { At: null } => "it needs a moment: at",
        { Fault: LabFaultKind.FlashFlip, At: not LabMoment.Program } => "a flash bit flips at a program",
        { Fault: LabFaultKind.Stall or LabFaultKind.Silence or LabFaultKind.WireFlip or LabFaultKind.ShortAnswer, At: not LabMoment.Transfer } => "it happens to a transfer",
        { Fault: LabFaultKind.WrongReport, At: not LabMoment.Report } => "it happens to a report",
        { At: LabMoment.Report, Fault: not LabFaultKind.WrongReport } => "only a wrong report happens to a report",
        _ when LineOf(Fault) is { } line => At == line ? null : $"it happens at {JsonNamingPolicy.CamelCase.ConvertName($"{line}")}",
        { At: LabMoment.SerialByte or LabMoment.Swd or LabMoment.Probe or LabMoment.Download } => "no such fault happens there",
        _ => null,
    };

    /// <summary>The line that a fault happens on; null for those of the board itself and its USB.</summary>
    static LabMoment? LineOf(LabFaultKind fault) => fault switch
    {
        LabFaultKind.SerialFlip or LabFaultKind.SerialLoss or LabFaultKind.SerialCut => LabMoment.SerialByte,
        LabFaultKind.SwdWait or LabFaultKind.SwdFault or LabFaultKind.SwdParity or LabFaultKind.SwdSilence => LabMoment.Swd,
        LabFaultKind.ProbeLoss or LabFaultKind.ProbeStall or LabFaultKind.ProbeUnplug => LabMoment.Probe,
        LabFaultKind.SourceShort or LabFaultKind.SourceFlip or LabFaultKind.SourceGone or LabFaultKind.SourceCut or LabFaultKind.SourceSilence => LabMoment.Download,
        _ => null,
    };
}
