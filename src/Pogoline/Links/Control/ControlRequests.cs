using System.Buffers;
using System.Text;
using Google.Protobuf;
using Pogoline.Links.Control.Messages;

namespace Pogoline.Links.Control;

/// <summary>
/// The control requests of a running system as calls. Each throws <see cref="ControlFaults.NotSupported"/> where the system does not have
/// it, and <see cref="ControlFaults.Refused"/> with the result code in words where it says no.
/// </summary>
/// <param name="session">The session; one call at a time.</param>
public sealed class ControlRequests(ControlSession session)
{
    /// <summary>Long enough for a modem that is switched on first.</summary>
    static readonly TimeSpan ModemTimeout = TimeSpan.FromSeconds(90);

    /// <summary>The session.</summary>
    public ControlSession Session { get; } = session;

    /// <summary>How long a request may take that needs no modem.</summary>
    public TimeSpan Timeout { get; init; } = ControlSession.DefaultTimeout;

    /// <summary>The device ID: 24 lower-case hex digits.</summary>
    public async ValueTask<string> GetDeviceIdAsync(CancellationToken stop) =>
        (await AskAsync(ControlRequestType.DeviceId, GetDeviceIdReply.Parser, stop).ConfigureAwait(false)).Id.ToLowerInvariant();

    /// <summary>The serial number, up to 16 characters; null when the board was given none.</summary>
    public async ValueTask<string?> FindSerialNumberAsync(CancellationToken stop) =>
        (await FindAsync(ControlRequestType.SerialNumber, GetSerialNumberReply.Parser, Timeout, stop).ConfigureAwait(false))?.Serial is { Length: > 0 } serial
            ? serial : null;

    /// <summary>The Device OS version as the board writes it, such as <c>3.3.1</c>.</summary>
    public async ValueTask<string> GetSystemVersionAsync(CancellationToken stop) =>
        (await AskAsync(ControlRequestType.SystemVersion, GetSystemVersionReply.Parser, stop).ConfigureAwait(false)).Version;

    /// <summary>The module version of the network co-processor's firmware; null when the board has none that can be asked.</summary>
    public async ValueTask<ushort?> FindNcpVersionAsync(CancellationToken stop) =>
        await FindAsync(ControlRequestType.NcpFirmwareVersion, GetNcpFirmwareVersionReply.Parser, ModemTimeout, stop).ConfigureAwait(false) is { ModuleVersion: <= ushort.MaxValue and var version }
            ? (ushort)version : null;

    /// <summary>ICCID and IMEI, each null when the board does not give it; starts the modem, which may take tens of seconds.</summary>
    public async ValueTask<(string? Iccid, string? Imei)> FindCellularIdentityAsync(CancellationToken stop) =>
        await FindAsync(ControlRequestType.GetIccid, GetIccidReply.Parser, ModemTimeout, stop).ConfigureAwait(false) is { } reply
            ? (Text(reply.Iccid), Text(reply.Imei)) : (null, null);

    /// <summary>Whether the system listens; null when it cannot be asked or answers with a mode that is not known.</summary>
    public async ValueTask<bool?> FindListeningAsync(CancellationToken stop) =>
        await FindAsync(ControlRequestType.GetDeviceMode, GetDeviceModeReply.Parser, Timeout, stop).ConfigureAwait(false) is { Mode: <= 1 and var mode }
            ? mode == 1 : null;

    /// <summary>The modules that the system knows, in its order; those of the NCP only where it was asked already.</summary>
    public async ValueTask<IReadOnlyList<DeviceModule>> GetModulesAsync(CancellationToken stop)
    {
        var data = await CallAsync(ControlRequestType.GetModuleInfo, default, stop).ConfigureAwait(false);
        return ModuleInfo.TryRead(data, out var modules) == OperationStatus.Done ? modules : throw Nonsense(ControlRequestType.GetModuleInfo, data);
    }

    /// <summary>Diagnostics: JSON text.</summary>
    public async ValueTask<string> GetDiagnosticsAsync(CancellationToken stop) =>
        Encoding.UTF8.GetString((await CallAsync(ControlRequestType.DiagnosticInfo, default, stop).ConfigureAwait(false)).Span);

    /// <summary>Restarts the board, a second after this returns.</summary>
    public async ValueTask ResetAsync(CancellationToken stop) => await CallAsync(ControlRequestType.Reset, default, stop).ConfigureAwait(false);

    /// <summary>Restarts the board into DFU mode, a second after this returns.</summary>
    public async ValueTask EnterDfuAsync(CancellationToken stop) => await CallAsync(ControlRequestType.DfuMode, default, stop).ConfigureAwait(false);

    /// <summary>Restarts the board into safe mode, a second after this returns.</summary>
    public async ValueTask EnterSafeModeAsync(CancellationToken stop) => await CallAsync(ControlRequestType.SafeMode, default, stop).ConfigureAwait(false);

    /// <summary>Starts listening mode; the mode may be reported some 100 ms later.</summary>
    public async ValueTask StartListeningAsync(CancellationToken stop) => await CallAsync(ControlRequestType.StartListening, default, stop).ConfigureAwait(false);

    /// <summary>Ends listening mode.</summary>
    public async ValueTask StopListeningAsync(CancellationToken stop) => await CallAsync(ControlRequestType.StopListening, default, stop).ConfigureAwait(false);

    /// <summary>Marks the setup done or not done (Gen 3 before Device OS 4.0.0).</summary>
    public async ValueTask SetSetupDoneAsync(bool isDone, CancellationToken stop) =>
        await CallAsync(ControlRequestType.SetSetupDone, new SetDeviceSetupDoneRequest { Done = isDone }, stop).ConfigureAwait(false);

    /// <summary>Whether the setup is done; null on boards that know no such thing.</summary>
    public async ValueTask<bool?> FindSetupDoneAsync(CancellationToken stop) =>
        (await FindAsync(ControlRequestType.IsSetupDone, IsDeviceSetupDoneReply.Parser, Timeout, stop).ConfigureAwait(false))?.Done;

    /// <summary>Stores a claim code of 63 characters.</summary>
    public async ValueTask SetClaimCodeAsync(string code, CancellationToken stop) =>
        await CallAsync(ControlRequestType.SetClaimCode, new SetClaimCodeRequest { Code = code }, stop).ConfigureAwait(false);

    /// <summary>Whether the board belongs to an account.</summary>
    public async ValueTask<bool> IsClaimedAsync(CancellationToken stop)
    {
        var reply = await SendAsync(ControlRequestType.IsClaimed, default, Timeout, stop).ConfigureAwait(false);
        // Old systems may say it by the result alone.
        if (reply.Result == SystemError.NotFound) return false;
        return Parse(ControlRequestType.IsClaimed, IsClaimedReply.Parser, Require(ControlRequestType.IsClaimed, reply)).Claimed;
    }

    /// <summary>Stores a key (Gen 2).</summary>
    public async ValueTask SetKeyAsync(SecurityKeyType type, ReadOnlyMemory<byte> key, CancellationToken stop) =>
        await CallAsync(ControlRequestType.SetSecurityKey, new SetSecurityKeyRequest { Type = (uint)type, Data = UnsafeByteOperations.UnsafeWrap(key) }, stop).ConfigureAwait(false);

    /// <summary>Reads a key (Gen 2).</summary>
    public async ValueTask<ReadOnlyMemory<byte>> GetKeyAsync(SecurityKeyType type, CancellationToken stop) =>
        Parse(ControlRequestType.GetSecurityKey, GetSecurityKeyReply.Parser,
            await CallAsync(ControlRequestType.GetSecurityKey, new GetSecurityKeyRequest { Type = (uint)type }, stop).ConfigureAwait(false)).Data.Memory;

    /// <summary>Stores the address of the server for a protocol (Gen 2).</summary>
    public async ValueTask SetServerAddressAsync(ServerProtocol protocol, string address, int port, CancellationToken stop) =>
        await CallAsync(ControlRequestType.SetServerAddress, new SetServerAddressRequest { Protocol = (uint)protocol, Address = address, Port = port }, stop).ConfigureAwait(false);

    /// <summary>Reads the address of the server for a protocol (Gen 2).</summary>
    public async ValueTask<(string Address, int Port)> GetServerAddressAsync(ServerProtocol protocol, CancellationToken stop)
    {
        var data = await CallAsync(ControlRequestType.GetServerAddress, new GetServerAddressRequest { Protocol = (uint)protocol }, stop).ConfigureAwait(false);
        var reply = Parse(ControlRequestType.GetServerAddress, GetServerAddressReply.Parser, data);
        return (reply.Address, reply.Port);
    }

    /// <summary>Chooses how the board talks to its server (Gen 2).</summary>
    public async ValueTask SetServerProtocolAsync(ServerProtocol protocol, CancellationToken stop) =>
        await CallAsync(ControlRequestType.SetServerProtocol, new SetServerProtocolRequest { Protocol = (uint)protocol }, stop).ConfigureAwait(false);

    /// <summary>How the board talks to its server (Gen 2).</summary>
    public async ValueTask<ServerProtocol> GetServerProtocolAsync(CancellationToken stop) =>
        (ServerProtocol)(await AskAsync(ControlRequestType.GetServerProtocol, GetServerProtocolReply.Parser, stop).ConfigureAwait(false)).Protocol;

    /// <summary>Sends bytes that the board gives back (Device OS 1.5.0 and later).</summary>
    public async ValueTask<ReadOnlyMemory<byte>> EchoAsync(ReadOnlyMemory<byte> data, CancellationToken stop) =>
        Require(ControlRequestType.Echo, await SendAsync(ControlRequestType.Echo, data, Timeout, stop).ConfigureAwait(false));

    /// <summary>The exception for a negative result.</summary>
    internal static PogolineException Refusal(ControlRequestType type, SystemError result) => new(
        result == SystemError.NotSupported ? ControlFaults.NotSupported : ControlFaults.Refused, $"The board answered {type} with: {result}.", result.Remedy);

    internal static ReadOnlyMemory<byte> Require(ControlRequestType type, ControlReply reply) => reply.Result.IsSuccess ? reply.Data : throw Refusal(type, reply.Result);

    internal static T Parse<T>(ControlRequestType type, MessageParser<T> parser, ReadOnlyMemory<byte> data) where T : IMessage<T> =>
        MessageReader.TryRead(parser, data, out var message) ? message : throw Nonsense(type, data);

    async ValueTask<T> AskAsync<T>(ControlRequestType type, MessageParser<T> parser, CancellationToken stop) where T : IMessage<T> =>
        Parse(type, parser, await CallAsync(type, default, stop).ConfigureAwait(false));

    /// <summary>The reply; null for any negative result: what was asked for is not to be had.</summary>
    async ValueTask<T?> FindAsync<T>(ControlRequestType type, MessageParser<T> parser, TimeSpan timeout, CancellationToken stop) where T : class, IMessage<T>
    {
        var reply = await SendAsync(type, default, timeout, stop).ConfigureAwait(false);
        return reply.Result.IsSuccess ? Parse(type, parser, reply.Data) : null;
    }

    async ValueTask<ReadOnlyMemory<byte>> CallAsync(ControlRequestType type, IMessage? message, CancellationToken stop) =>
        Require(type, await SendAsync(type, message?.ToByteArray(), Timeout, stop).ConfigureAwait(false));

    ValueTask<ControlReply> SendAsync(ControlRequestType type, ReadOnlyMemory<byte> payload, TimeSpan timeout, CancellationToken stop) =>
        Session.RequestAsync(type, payload, timeout, stop);

    static string? Text(string value) => value.Length > 0 ? value : null;

    static PogolineException Nonsense(ControlRequestType type, ReadOnlyMemory<byte> data) => new(ControlFaults.Nonsense,
        $"The board's reply to {type} is no such message ({data.Length} bytes).", "Reset the board, then try again.");
}

/// <summary>Which key.</summary>
public enum SecurityKeyType
{
    /// <summary>The board's private key for TCP.</summary>
    TcpDevicePrivate = 1,

    /// <summary>The board's public key for TCP.</summary>
    TcpDevicePublic = 2,

    /// <summary>The server's public key for TCP.</summary>
    TcpServerPublic = 3,

    /// <summary>The board's private key for UDP.</summary>
    UdpDevicePrivate = 4,

    /// <summary>The board's public key for UDP.</summary>
    UdpDevicePublic = 5,

    /// <summary>The server's public key for UDP.</summary>
    UdpServerPublic = 6,
}

/// <summary>How a board talks to its server.</summary>
public enum ServerProtocol
{
    /// <summary>TCP.</summary>
    Tcp = 1,

    /// <summary>UDP.</summary>
    Udp = 2,
}
