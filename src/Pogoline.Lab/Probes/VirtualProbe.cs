using System.Security.Cryptography;
using System.Text;
using Pogoline.Lab.Board;
using Pogoline.Lab.Swd;
using Pogoline.Lab.Usb;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Lab.Probes;

/// <summary>A debug probe whose pins are connected to a virtual target: a USB device for other programs, a pipe in process.</summary>
public sealed class VirtualProbe
{
    readonly Lock _gate = new();
    readonly ProbeModel _model;
    readonly ProbeFirmware _firmware;
    readonly LabClock _clock;
    readonly Queue<Answer> _answers = new();
    ProbeLink _link;
    ProbeTraffic _traffic;
    long _busyUntil;
    int _transfers, _plugs = 1;
    TaskCompletionSource _changed = NewSignal();

    /// <summary>A probe that is plugged in.</summary>
    /// <param name="kind">Which kind.</param>
    /// <param name="target">What its pins are connected to.</param>
    /// <param name="clock">How time passes.</param>
    /// <param name="options">How it differs from a plain one.</param>
    public VirtualProbe(ProbeKind kind, SwdTarget target, LabClock clock, ProbeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        options ??= new();
        (Kind, Target, _clock, _model) = (kind, target, clock, ProbeModel.Of(kind));
        Serial = options.Serial ?? SerialOf(kind, target.Board.Hardware.DeviceId);
        _firmware = _model.Build(new(target, _model.FastestClock), Serial, options);
        _link = new(_model.IsHid);
        Descriptors = _model.Describe(Serial);
        Attachment = new(_plugs, Descriptors.Device, Descriptors.Configuration, null);
    }

    /// <summary>Which kind it is.</summary>
    public ProbeKind Kind { get; }

    /// <summary>The serial number; empty for none.</summary>
    public string Serial { get; }

    /// <summary>Vendor and product on the bus.</summary>
    public UsbId UsbId => _model.Id;

    /// <summary>The product string.</summary>
    public string Product => _model.Product;

    /// <summary>What its pins are connected to.</summary>
    public SwdTarget Target { get; }

    /// <summary>Whether it is on the bus.</summary>
    public bool IsPlugged => Attachment is not null;

    /// <summary>What went over its data endpoints so far.</summary>
    public ProbeTraffic Traffic
    {
        get { lock (_gate) return _traffic; }
    }

    /// <summary>Gives the fault of a transfer to the probe by its number, from 0; null for none. Answer and Count do not apply.</summary>
    public Func<int, ReadOnlyMemory<byte>, PipeFault?> Fault { get; set; } = (_, _) => null;

    /// <summary>The probe as a host's operating system knows it; null while it is not on the bus.</summary>
    internal UsbAttachment? Attachment { get; private set; }

    /// <summary>The descriptors.</summary>
    internal UsbDescriptorSet Descriptors { get; }

    /// <summary>Completes at the next transfer, and when it is plugged or unplugged.</summary>
    internal Task Changed
    {
        get { lock (_gate) return _changed.Task; }
    }

    /// <summary>Opens it; what an earlier user left behind is dropped.</summary>
    /// <exception cref="PogolineException">It is not on the bus.</exception>
    public IPacketPipe Open()
    {
        lock (_gate)
        {
            if (Attachment is not { } attachment)
                throw new PogolineException(LabFaults.Absent, $"The probe {Serial} is unplugged.", "Plug it in.");
            Clear();
            return new ProbePipe(this, attachment, _clock);
        }
    }

    /// <summary>Pulls it out; every transfer ends as gone.</summary>
    public void Unplug()
    {
        lock (_gate)
        {
            Attachment = null;
            Clear();
            Signal();
        }
    }

    /// <summary>Puts it in again.</summary>
    public void Plug()
    {
        lock (_gate)
        {
            Attachment ??= new(++_plugs, Descriptors.Device, Descriptors.Configuration, null);
            _link = new(_model.IsHid);
            Signal();
        }
    }

    /// <summary>The host configures it: the endpoints are empty after that.</summary>
    internal void Configure()
    {
        lock (_gate) Clear();
    }

    /// <summary>A transfer to the probe, if it has room for one more answer.</summary>
    /// <param name="attachment">The stay on the bus that the host opened.</param>
    /// <param name="data">What the host sends.</param>
    /// <param name="since">When the host handed it to the bus, in nanoseconds of the lab's clock.</param>
    /// <param name="time">How long it takes until it has arrived.</param>
    /// <returns>How it ended; null when the probe does not take it now.</returns>
    internal TransferResult? TryWrite(UsbAttachment attachment, ReadOnlyMemory<byte> data, long since, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        lock (_gate)
        {
            if (Attachment != attachment) return new(TransferStatus.Gone, 0);
            if (_answers.Count >= _firmware.MaxAnswers) return null;
            switch (Fault(_transfers++, data))
            {
                case PipeFault.Stall: return new(TransferStatus.Stalled, 0);
                case PipeFault.Silence: return new(TransferStatus.Completed, data.Length);
                case PipeFault.Vanish:
                    Unplug();
                    return new(TransferStatus.Gone, 0);
            }
            var now = Target.Clock.LabNow;
            var arrival = Target.Clock.Passes ? _link.Arrival(since, data.Length) : now;
            time = TimeSpan.FromMicroseconds(Math.Max(0, arrival - now) / 1000.0);
            Work(data.Span, Math.Max(arrival, _busyUntil));
            _traffic = _traffic with { PacketsToProbe = _traffic.PacketsToProbe + ProbeLink.Packets(data.Length), BytesToProbe = _traffic.BytesToProbe + data.Length };
            Signal();
            return new(TransferStatus.Completed, data.Length);
        }
    }

    /// <summary>A transfer from the probe, if it has an answer.</summary>
    /// <param name="attachment">The stay on the bus that the host opened.</param>
    /// <param name="buffer">Takes the answer, or the beginning of it; the rest stays.</param>
    /// <param name="since">From when on the host waits for it, in nanoseconds of the lab's clock.</param>
    /// <param name="time">How long it takes until the host has it.</param>
    /// <returns>How it ended; null while there is no answer.</returns>
    internal TransferResult? TryRead(UsbAttachment attachment, Memory<byte> buffer, long since, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        lock (_gate)
        {
            if (Attachment != attachment) return new(TransferStatus.Gone, 0);
            if (!_answers.TryPeek(out var answer)) return null;
            var count = Math.Min(buffer.Length, answer.Left.Length);
            answer.Left[..count].CopyTo(buffer);
            answer.Left = answer.Left[count..];
            if (answer.Left.IsEmpty) _answers.Dequeue();
            var now = Target.Clock.LabNow;
            if (Target.Clock.Passes) time = TimeSpan.FromMicroseconds(Math.Max(0, _link.Delivery(Math.Max(answer.Ready, since), count) - now) / 1000.0);
            _traffic = _traffic with { PacketsToHost = _traffic.PacketsToHost + ProbeLink.Packets(count), BytesToHost = _traffic.BytesToHost + count };
            Signal();
            return new(TransferStatus.Completed, count);
        }
    }

    // The firmware works on one transfer after the other; the target's time goes with it.
    void Work(ReadOnlySpan<byte> data, long begin)
    {
        var board = Target.Board;
        lock (board.Gate)
        {
            Target.Clock.Now = Math.Max(Target.Clock.Now, begin);
            Target.FollowBoard();
            _firmware.Take(data, answer => _answers.Enqueue(new(answer, Target.Clock.Now)));
            _busyUntil = Target.Clock.Now;
            board.SaveMemories();
        }
    }

    void Clear()
    {
        _answers.Clear();
        _firmware.Reset();
    }

    void Signal()
    {
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // In the form that each maker uses; the same board gives the same number.
    static string SerialOf(ProbeKind kind, string deviceId)
    {
        var digits = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes($"{kind} {deviceId}")));
        return kind switch
        {
            ProbeKind.CmsisDapV1 => $"3104{digits[..36].ToLowerInvariant()}97969908",
            ProbeKind.CmsisDapV2 => $"3104{digits[..36].ToLowerInvariant()}97969909",
            ProbeKind.JLink => $"{Convert.ToUInt32(digits[..6], 16) % 90_000_000 + 10_000_000}",
            _ => digits[..24],
        };
    }

    sealed class Answer(byte[] data, long ready)
    {
        public Memory<byte> Left { get; set; } = data;

        public long Ready { get; } = ready;
    }
}
